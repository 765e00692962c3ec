import FoundationEssentials
import Glibc
import JobKit
import Logging
package import SchedulerCore

/// The definitions that were in force last: a job whose file has an error when the daemon starts goes on by these.
package struct DefinitionShelf: Sendable {
    private let path: String

    /// - Parameter path: of the file; it is made at the first ``write(_:)``. Definitions may hold what `${…}` brought in, so it is 0600.
    package init(path: String) { self.path = path }

    /// By the job's name; empty when there are none.
    /// - Throws: when the file is there and cannot be used.
    package func read() throws(DaemonError) -> [String: JobDefinition] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        do {
            return try JSONDecoder().decode([String: JobDefinition].self, from: try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw DaemonError(
                "the definitions in force last cannot be read from \(path): \(error)", fix: "correct the job files with errors")
        }
    }

    /// Replaces them, whole or not at all.
    package func write(_ definitions: [String: JobDefinition]) throws(DaemonError) {
        do {
            let text = try JSONEncoder().encode(definitions)
            let isMade = FileManager.default.createFile(atPath: path + ".new", contents: text, attributes: [.posixPermissions: 0o600])
            guard isMade, rename(path + ".new", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw DaemonError(
                "the definitions in force cannot be kept in \(path): \(error)", fix: "make room, or correct the rights of the folder")
        }
    }
}
