/// The two kinds of points of a set, each with chains of its own.
enum PointGroup: String, CaseIterable, Sendable {
    /// Full points and their increments.
    case data
    /// Points of settings alone.
    case config

    /// Its folder in the repository.
    func folder(of set: String) -> String { "set-\(set)/\(rawValue)" }
}
