/// Where lines come from.
enum LogSource: Sendable, Hashable {
    case file(String)
    /// The journal of a unit; nil for the whole one.
    case journal(unit: String?)

    /// As results name it.
    var target: String {
        switch self {
        case .file(let path): path
        case .journal(let unit): unit ?? "journal"
        }
    }
}
