/// How a service is asked.
enum ServiceKind: String, CaseIterable, Sendable {
    /// A request, and its answer's status and body.
    case http
    /// A connection, and nothing more.
    case tcp
    /// `PING`.
    case redis
    /// The list of models.
    case ollama
    /// The address of the gateway, for which no token is needed.
    case discord

    /// Where it is asked unless the settings say so.
    var usualAddress: String? {
        switch self {
        case .http, .tcp: nil
        case .redis: "redis://127.0.0.1:6379"
        case .ollama: "http://127.0.0.1:11434"
        case .discord: "https://discord.com/api/v10/gateway"
        }
    }

    /// Beginnings of an address that it can be asked at.
    var schemes: [String] {
        switch self {
        case .http, .ollama, .discord: ["http", "https"]
        case .tcp: ["tcp"]
        case .redis: ["redis"]
        }
    }

    /// The one that an address without further word means.
    static func of(scheme: String) -> ServiceKind? {
        switch scheme {
        case "http", "https": .http
        case "tcp": .tcp
        case "redis": .redis
        case _: nil
        }
    }
}
