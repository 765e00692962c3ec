/// How far a connection came.
enum ConnectStage: String, Sendable {
    /// Its name could not be found.
    case dns
    /// Nobody took the connection.
    case tcp
    /// It could not be encrypted, or the other side is not trusted.
    case tls
    /// The connection stood; what was said over it failed.
    case answer
}

/// Why there is no connection, or no answer over it.
struct ConnectFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let stage: ConnectStage
    let description: String
}
