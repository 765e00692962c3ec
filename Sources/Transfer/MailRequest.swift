package import JobKit

/// One message for a server that takes mail.
package struct MailRequest: Sendable {
    /// How the way to the server is kept secret.
    package enum Security: Sendable, Hashable {
        /// The server must switch to TLS before anything is said.
        case starttls
        /// TLS from the first byte.
        case implicit
        /// In clear.
        case none
    }

    package struct Login: Sendable {
        package var user: String
        package var password: Secret

        package init(user: String, password: Secret) {
            self.user = user
            self.password = password
        }
    }

    package var host: String
    package var port: Int
    package var security = Security.starttls
    package var login: Login?
    /// The file of the authorities that are trusted instead of the machine's.
    package var caFile: String?
    /// The address that gets what cannot be delivered; without name and brackets, as the recipients are.
    package var sender: String
    package var recipients: [String]
    /// A message of RFC 5322, its lines ended by CR LF.
    package var message: [UInt8]
    package var connectTimeout = Duration.seconds(10)
    /// For the whole exchange.
    package var timeout = Duration.seconds(60)

    package init(host: String, port: Int, sender: String, recipients: [String], message: [UInt8]) {
        self.host = host
        self.port = port
        self.sender = sender
        self.recipients = recipients
        self.message = message
    }

    /// Where it goes, for messages.
    package var place: String { "\(bracketedHost):\(port)" }

    var url: String { (security == .implicit ? "smtps://" : "smtp://") + place }

    private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
}
