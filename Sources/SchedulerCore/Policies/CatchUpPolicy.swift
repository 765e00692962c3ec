/// What becomes of slots that came due while nobody could start them.
package struct CatchUpPolicy: Sendable, Hashable, Codable {
    package enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// None of them runs.
        case none
        /// The latest one runs.
        case last
        /// All of them run, the latest `max` of them, oldest first.
        case all
    }

    package var mode: Mode
    /// With `all`: how many at the most.
    package var max: Int
    /// Slots older than this do not run.
    package var deadline: Duration

    /// The latest one, within a day.
    package init(mode: Mode = .last, max: Int = 10, deadline: Duration = .seconds(86_400)) {
        self.mode = mode
        self.max = max
        self.deadline = deadline
    }
}
