import FoundationEssentials
import Glibc
import JobKit
import Logging
package import SchedulerCore

/// The definitions that were in force last: a job whose file has an error when the daemon starts goes on by these.
package struct DefinitionShelf: Sendable {
    /// What the file holds.
    package struct Content: Sendable, Hashable {
        /// By the job's name.
        package var definitions: [String: JobDefinition] = [:]
        /// Jobs in force whose definitions are not kept: they hold what looks like a secret.
        package var withheld: Set<String> = []

        package init(definitions: [String: JobDefinition] = [:], withheld: Set<String> = []) {
            self.definitions = definitions
            self.withheld = withheld
        }
    }

    /// One line of the file: a job with its definition, or without one when that is withheld.
    private struct Line: Codable {
        let job: String
        let definition: JobDefinition?
    }

    private let path: String

    /// The one of a state directory.
    package init(stateDirectory: String) { self.init(path: "\(stateDirectory)/last-good.jsonl") }

    /// - Parameter path: of the file; it is made at the first ``write(_:)``. Definitions may hold what `${…}` brought in, so it is 0600.
    package init(path: String) { self.path = path }

    /// - Returns: nil when nothing was ever kept.
    /// - Throws: when the file is there and cannot be used.
    package func read() throws(DaemonError) -> Content? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            var content = Content()
            for text in try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n")) {
                let line = try JSONDecoder().decode(Line.self, from: text)
                content.definitions[line.job] = line.definition
                if line.definition == nil { content.withheld.insert(line.job) }
            }
            return content
        } catch {
            throw DaemonError(
                "the definitions in force last cannot be read from \(path): \(error)", fix: "correct the job files with errors")
        }
    }

    /// Replaces them, whole or not at all.
    package func write(_ content: Content) throws(DaemonError) {
        do {
            // Line by line: all definitions in one text would be the largest thing that the daemon ever holds.
            let encoder = JSONEncoder()
            var text = Data()
            for (job, definition) in content.definitions {
                text += try encoder.encode(Line(job: job, definition: definition)) + [UInt8(ascii: "\n")]
            }
            for job in content.withheld { text += try encoder.encode(Line(job: job, definition: nil)) + [UInt8(ascii: "\n")] }
            let isMade = FileManager.default.createFile(atPath: path + ".new", contents: text, attributes: [.posixPermissions: 0o600])
            guard isMade, rename(path + ".new", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw DaemonError(
                "the definitions in force cannot be kept in \(path): \(error)", fix: "make room, or correct the rights of the folder")
        }
    }
}
