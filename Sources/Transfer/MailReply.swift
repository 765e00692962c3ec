/// What a server of mail says to a command: three digits and a text.
package struct MailReply: Sendable, Hashable, CustomStringConvertible {
    /// Of the text no more is kept.
    static let textBound = 200

    package var code: Int
    /// For people: on one line, cut, without control characters; empty where the reply may repeat a password.
    package var text: String

    package init(code: Int, text: String) {
        self.code = code
        self.text = text
    }

    /// Whether the same may work later: 4yz of RFC 5321 section 4.2.1.
    package var isTransient: Bool { (400..<500).contains(code) }

    package var description: String { text.isEmpty ? String(code) : "\(code) \(text)" }
}

/// What the server took of a message.
package struct MailAnswer: Sendable, Hashable {
    /// A recipient that the server does not take.
    package struct Refusal: Sendable, Hashable {
        package var recipient: String
        package var reply: MailReply

        package init(recipient: String, reply: MailReply) {
            self.recipient = recipient
            self.reply = reply
        }
    }

    /// Who gets the message.
    package var accepted: [String]
    package var refused: [Refusal]

    package init(accepted: [String], refused: [Refusal]) {
        self.accepted = accepted
        self.refused = refused
    }
}
