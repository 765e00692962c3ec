/// The body of `POST /v1/jobs/JOB/runs`.
package struct RunRequest: Sendable, Hashable, Codable {
    /// `name=value`, each for a setting below `with:`, for this run only.
    package var settings: [String]
    package var dryRun: Bool

    package init(settings: [String] = [], dryRun: Bool = false) {
        self.settings = settings
        self.dryRun = dryRun
    }
}

/// The body of `POST /v1/jobs/JOB/pause`.
package struct PauseRequest: Sendable, Hashable, Codable {
    /// ISO 8601 with offset; nil for "until resumed".
    package var until: String?

    package init(until: String?) { self.until = until }
}

/// The body of `POST /v1/read`.
package struct ReadRequest: Sendable, Hashable, Codable {
    /// The words of the command line after `acore-sched`, without the options that name folders.
    package var arguments: [String]
    /// Columns of the caller's terminal; nil when it has none.
    package var width: Int?
    package var colour: Bool

    package init(arguments: [String], width: Int?, colour: Bool) {
        self.arguments = arguments
        self.width = width
        self.colour = colour
    }
}
