import CLinux
import Foundation
import Glibc
import JobFiles

/// What plugins said of themselves earlier, so that a start runs only those that changed.
///
/// It is never trusted beyond doubt: another format, damage or a foreign owner make it empty, and then every plugin is asked.
package struct PluginCache: Sendable {
    /// Raised whenever the meaning of an entry changes.
    private static let format = 1
    /// A program that changed this shortly before it was asked may change again without looking different.
    private static let racySpan: Int64 = 2_000_000_000
    /// The largest file that is read, in bytes.
    private static let largest = 256 << 20

    /// One plugin's word.
    struct Entry: Codable, Sendable, Hashable {
        let path: String
        let identity: FileIdentity
        /// When it was asked, in nanoseconds since 1970.
        let asked: Int64
        /// Its answer, the line as it was printed.
        let line: String
    }

    private struct File: Codable {
        let format: Int
        let entries: [Entry]
    }

    private(set) var entries: [String: Entry] = [:]

    /// Nothing kept.
    init() {}

    init(_ entries: [Entry]) { self.entries = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }) }

    /// Opens what was kept; empty when there is nothing, or nothing to rely on.
    static func open(_ path: String) -> PluginCache {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return PluginCache() }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_mode & 0o077 == 0,
            status.st_size <= largest
        else { return PluginCache() }
        do {
            let file = try JSONDecoder().decode(File.self, from: try handle.readToEnd() ?? Data())
            return file.format == format ? PluginCache(file.entries) : PluginCache()
        } catch {
            return PluginCache()  // Costs time, not correctness: every plugin is asked anew, and the file written anew.
        }
    }

    /// What this very program said.
    func entry(for program: PluginFolder.Program) -> Entry? {
        guard let entry = entries[program.path], entry.identity == program.identity,
            max(program.identity.modified, program.identity.changed) < entry.asked - Self.racySpan
        else { return nil }
        return entry
    }

    /// Replaces the file, whole or not at all.
    func write(to path: String) throws(DaemonError) {
        let new = "\(path).\(getpid()).new"
        do {
            let text = try JSONEncoder().encode(File(format: Self.format, entries: entries.values.sorted { $0.path < $1.path }))
            let isMade = FileManager.default.createFile(atPath: new, contents: text, attributes: [.posixPermissions: 0o600])
            guard isMade, rename(new, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw DaemonError(
                "what plugins say of themselves cannot be kept in \(path): \(error)", fix: "make room, or correct the rights of the folder")
        }
    }
}
