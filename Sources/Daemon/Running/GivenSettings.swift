import FoundationEssentials
import Glibc
import JobKit
import SchedulerCore

/// Settings that one run got on the command line, kept from its claim to its end: the daemon may be replaced in between.
///
/// Files 0600 in `STATE/given`, since settings may hold what `${…}` brought in.
package struct GivenSettings: Sendable {
    private let folder: String

    /// - Parameter state: the state directory.
    package init(state: StateDirectory) { folder = state.path + "/given" }

    /// Keeps the settings of a run, durably.
    func keep(_ settings: ConfigNode, of run: RunID) throws(DaemonError) {
        let path = self.path(of: run)
        do {
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw CocoaError(.fileWriteUnknown) }
            let text = try JSONEncoder().encode(settings)
            guard FileManager.default.createFile(atPath: path, contents: text, attributes: [.posixPermissions: 0o600]) else {
                throw CocoaError(.fileWriteUnknown)
            }
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw DaemonError(
                "the settings of this run cannot be kept in \(path): \(error)", fix: "make room, or correct the rights of the folder")
        }
    }

    /// The settings that a run got; nil when it goes by its job file.
    func read(_ run: RunID) throws(DaemonError) -> ConfigNode? {
        let path = self.path(of: run)
        guard access(path, F_OK) == 0 else { return nil }
        do {
            return try JSONDecoder().decode(ConfigNode.self, from: try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw DaemonError("the settings of run \(run) cannot be read from \(path): \(error)", fix: "ask for the run again")
        }
    }

    /// Lets go of them; not an error when there are none.
    func drop(_ run: RunID) { unlink(path(of: run)) }

    /// Lets go of what belongs to no open run: a claim that was never written.
    func drop(allBut open: Set<RunID>) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        for name in names {
            let run = RunID(rawValue: String(name.prefix(26)))
            if run.map({ !open.contains($0) }) ?? true { unlink("\(folder)/\(name)") }
        }
    }

    private func path(of run: RunID) -> String { "\(folder)/\(run).json" }
}
