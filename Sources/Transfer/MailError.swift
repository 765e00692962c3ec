/// Why nobody got a message. No text holds a password.
package enum MailError: Error, Sendable, Hashable {
    /// A step of the exchange, named for people.
    package enum Stage: String, Sendable, Hashable {
        case greeting, hello, starttls, login, sender, recipient, message
    }

    /// The exchange did not come about, or broke off.
    case transfer(TransferError)
    /// The server does not switch to TLS, and without it nothing is said.
    case withoutTLS(place: String)
    /// The server knows no way to log in that we know.
    case withoutLogin(place: String)
    /// The server said no.
    case refused(place: String, stage: Stage, reply: MailReply)

    /// What happened and where.
    package var problem: String {
        switch self {
        case .transfer(let error): error.problem
        case .withoutTLS(let place): "\(place) does not offer STARTTLS, and nothing is sent in clear"
        case .withoutLogin(let place): "\(place) offers no way to log in"
        case .refused(let place, let stage, let reply): "\(place) refused the \(stage.rawValue): \(reply)"
        }
    }
}
