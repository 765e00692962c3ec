import FoundationEssentials

/// The memory file's content: its version, whose it is, and an object for each check.
enum MemoryContent {
    static let version = 1
    static let owner = "health"

    enum Key: String, CodingKey {
        case v, kind, checks
    }

    /// The name of a check.
    struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// What is written.
    struct Written: Encodable {
        let memory: CheckMemory

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(version, forKey: .v)
            try container.encode(owner, forKey: .kind)
            var checks = container.nestedContainer(keyedBy: Name.self, forKey: .checks)
            for (name, value) in memory { try checks.encode(value, forKey: Name(stringValue: name)) }
        }
    }

    /// What is read, for the checks that there are.
    struct Read: DecodableWithConfiguration {
        var memory: CheckMemory = [:]
        /// Checks whose part cannot be understood, and why.
        var damaged: [(name: String, error: any Error)] = []
        /// Nil for a file of another version or program.
        var isOurs = false

        init(from decoder: any Decoder, configuration checks: [any HealthCheck]) throws {
            let container = try decoder.container(keyedBy: Key.self)
            isOurs =
                try container.decodeIfPresent(Int.self, forKey: .v) == version
                && container.decodeIfPresent(String.self, forKey: .kind) == owner
            guard isOurs else { return }
            let parts = try container.nestedContainer(keyedBy: Name.self, forKey: .checks)
            for check in checks { recall(check, from: parts) }
            // Also for a job that has none just now: taken out and put in again, the section goes on where it was.
            recall(RemediationMemory.self, of: RemediationSettings.name, from: parts)
        }

        private mutating func recall<Check: HealthCheck>(_: Check, from parts: KeyedDecodingContainer<Name>) {
            recall(Check.Memory.self, of: Check.name, from: parts)
        }

        private mutating func recall<Part: Codable & Sendable>(
            _: Part.Type, of name: String, from parts: KeyedDecodingContainer<Name>
        ) {
            do {
                if let part = try parts.decodeIfPresent(Part.self, forKey: Name(stringValue: name)) { memory[name] = part }
            } catch {
                damaged.append((name, error))
            }
        }
    }
}
