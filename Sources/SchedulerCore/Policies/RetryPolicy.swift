package import JobKit

/// Whether and when a run that failed is tried again.
package struct RetryPolicy: Sendable, Hashable, Codable {
    /// How the pause grows from attempt to attempt.
    package enum Backoff: String, Sendable, Hashable, Codable, CaseIterable {
        /// `initial` each time.
        case constant
        /// `initial`, twice, three times …
        case linear
        /// `initial`, doubled each time.
        case exponential
    }

    /// Attempts in all, the first included; 1 means no retry.
    package var attempts: Int
    package var backoff: Backoff
    package var initial: Duration
    /// The longest pause.
    package var max: Duration

    /// One attempt.
    package init(attempts: Int = 1, backoff: Backoff = .exponential, initial: Duration = .seconds(30), max: Duration = .seconds(600)) {
        self.attempts = attempts
        self.backoff = backoff
        self.initial = initial
        self.max = max
    }

    /// The pause before the next attempt.
    /// - Parameters:
    ///   - attempt: the one that ended, from 1.
    ///   - hint: what the worker said of another attempt; nil when it said nothing.
    /// - Returns: nil when there is no further attempt.
    package func pause(after attempt: Int, hint: JobFailure.Retry?) -> Duration? {
        guard attempt < attempts, hint != .cannotHelp else { return nil }
        switch backoff {
        case .constant: return Swift.min(initial, max)
        case .linear: return Swift.min(initial * attempt, max)
        case .exponential:
            // Past 2^40 every pause is beyond any maximum that a file can hold.
            return Swift.min(initial * (1 << Swift.min(attempt - 1, 40)), max)
        }
    }
}
