import JobKit

/// What asking a service once came to.
struct ServiceAnswer: Sendable {
    var verdict = Verdict()
    /// To the end of the answer; nil when there was none.
    var seconds: Double?
    var inputs: [String: String] = [:]

    init() {}

    /// It could not be asked.
    init(unknown reason: String) { verdict.raise(to: .unknown, reason) }

    /// Something that is not as it should be.
    mutating func fail(_ reason: String) { verdict.raise(to: .critical, reason) }
}
