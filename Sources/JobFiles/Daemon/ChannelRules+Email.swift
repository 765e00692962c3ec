import JobKit
import SchedulerCore

extension ChannelRules {
    /// Recipients of one channel, at most; a list of more is the business of the mail server.
    private static let mostRecipients = 50

    func email(in section: inout SettingsSection) -> EmailChannel? {
        // What does not fit its line at all has its finding already.
        var from: MailAddress?
        if let text = keys.from { from = address(text, "from", in: &section) }
        var to: [MailAddress] = []
        let texts = keys.to.flatMap(Self.addresses)
        for text in texts { if let recipient = address(text, "to", in: &section) { to.append(recipient) } }
        if texts.isEmpty || texts.count > Self.mostRecipients {
            complain("to", "must name 1 to \(Self.mostRecipients) addresses", fix: "write to: [ops@example.org]", in: &section)
        }
        let host = keys.host ?? ""
        if keys.host != nil, !Self.isHost(host) {
            complain("host", "must be the name or the address of a server", fix: "write host: mail.example.org", in: &section)
        }
        if (keys.user == nil) != (keys.password == nil) {
            let missing = keys.user == nil ? "user" : "password"
            complain(
                missing, "is missing beside the other half of the login", fix: "add \(missing), or leave both out", in: &section)
        }
        checkSecurity(host: host, in: &section)
        guard let from else { return nil }
        return EmailChannel(
            host: host, port: keys.port, security: keys.tls, user: keys.user,
            password: keys.password.map { secret($0, "password", in: &section) }, from: from, to: to)
    }

    private func checkSecurity(host: String, in section: inout SettingsSection) {
        guard keys.tls == .none else { return }
        let isHere = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        if keys.user != nil, !isHere {
            complain(
                "tls", "must not be none with a password, which would go over the net in clear", fix: "write tls: starttls or implicit",
                in: &section)
        } else {
            section.report(
                .warning, at: "tls",
                problem: "channels.\(name).tls is none: all mail goes in clear, and nobody proves that it is the server",
                fix: "write tls: starttls or implicit; for a server of your own add ca_file")
        }
    }

    /// `a@example.org, b@example.org`: one variable holds several so. A comma in quotes belongs to a name.
    private static func addresses(in text: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }

    private func address(_ text: String, _ key: String, in section: inout SettingsSection) -> MailAddress? {
        do throws(MailAddress.Complaint) {
            return try MailAddress(text)
        } catch {
            complain(key, error.problem, fix: error.fix, in: &section)
            return nil
        }
    }

    private func complain(_ key: String, _ problem: String, fix: String, in section: inout SettingsSection) {
        section.report(.error, at: key, problem: "channels.\(name).\(key) \(problem)", fix: fix)
    }

    /// A name of letters, digits, '-' and '.', or an address of IPv4 or IPv6.
    private static func isHost(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 253 else { return false }
        if text.contains(":") { return text.utf8.allSatisfy { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || isHexDigit($0) } }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
