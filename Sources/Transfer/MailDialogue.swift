/// Follows the commands and replies of an exchange with a server of mail, RFC 5321.
struct MailDialogue: Sendable {
    private(set) var stage = MailError.Stage.greeting
    /// The reply to the last command; nil while it is out.
    private(set) var reply: MailReply?
    /// What was said to each recipient, in their order.
    private(set) var recipientReplies: [MailReply] = []
    /// Whether we have said farewell: what the server says to that is no answer to the message.
    private var isOver = false
    /// Of a reply with several lines.
    private var lines: [Substring] = []

    /// Takes a command that was sent.
    mutating func send(_ bytes: UnsafeRawBufferPointer) {
        // A login goes on in lines that are no commands.
        if stage == .login, reply?.code == 334 { return reply = nil }
        let word = String(decoding: bytes.prefix { $0 != 0x20 && $0 != 0x0d && $0 != 0x0a }, as: UTF8.self)
        switch word.uppercased() {
        case "EHLO", "HELO": stage = .hello
        case "STARTTLS": stage = .starttls
        case "AUTH": stage = .login
        case "MAIL": stage = .sender
        case "RCPT": stage = .recipient
        case "DATA": stage = .message
        case "QUIT":
            isOver = true
            return
        default: return
        }
        reply = nil
        lines = []
    }

    /// Takes one line of a reply; `250-` goes on, `250 ` ends it.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        guard !isOver, let code = Int(line.prefix(3)), (200..<600).contains(code) else { return }
        let rest = line.dropFirst(3)
        if lines.count < 8 { lines.append(rest.dropFirst()) }
        guard !rest.hasPrefix("-") else { return }
        let finished = MailReply(code: code, text: stage == .login ? "" : Self.plain(lines.joined(separator: " ")))
        lines = []
        reply = finished
        if stage == .recipient { recipientReplies.append(finished) }
    }

    private static func plain(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        let words = String(String.UnicodeScalarView(scalars)).split(separator: " ").joined(separator: " ")
        return words.count > MailReply.textBound ? words.prefix(MailReply.textBound) + "…" : words
    }
}
