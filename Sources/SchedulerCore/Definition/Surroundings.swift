/// What surrounds a run's process: user, limits, environment, secrets.
package struct Surroundings: Sendable, Hashable, Codable {
    /// A user's name; nil for the daemon's own user.
    package var runAs: String?
    package var limits: Limits
    /// Names and values in the order of the file.
    package var environment: [Variable]
    package var secrets: [SecretReference]

    package init() {
        limits = Limits()
        environment = []
        secrets = []
    }

    /// One environment variable.
    package struct Variable: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A secret that a run gets: a name in the run, and where its value comes from.
    package struct SecretReference: Sendable, Hashable, Codable {
        /// How the run gets it.
        package enum Form: String, Sendable, Hashable, Codable, CaseIterable {
            case file, env
        }

        /// The file's name in `$ACORE_SECRETS_DIR`, or the variable's.
        package var name: String
        /// The word after `secret:`.
        package var source: String
        package var form: Form

        package init(name: String, source: String, form: Form = .file) {
            self.name = name
            self.source = source
            self.form = form
        }
    }

    /// The kernel's limits for one run.
    package struct Limits: Sendable, Hashable, Codable {
        /// The classes of ioprio_set(2).
        package enum IOClass: String, Sendable, Hashable, Codable, CaseIterable {
            case idle
            case bestEffort = "best_effort"
        }

        /// Bytes.
        package var memoryMax: Int64?
        /// Percent of one processor.
        package var cpuMax: Int?
        package var pidsMax: Int?
        /// -20 (first) to 19 (last).
        package var nice: Int?
        package var ioClass: IOClass?

        package init() {}
    }
}
