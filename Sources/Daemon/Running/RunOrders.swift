import FoundationEssentials
import Glibc
import JobKit
import SchedulerCore

/// What one run was asked for beyond its job file.
package struct RunOrder: Codable, Sendable, Hashable {
    /// The settings in place of the file's; nil for the file's.
    var settings: ConfigNode?
    /// The verb that it carries out; nil for the job's own work.
    var verb: String?
    /// The words after the verb.
    var arguments: [String] = []
}

/// The orders of runs, kept from their claims to their ends: the daemon may be replaced in between.
///
/// Files 0600 in `STATE/given`, since settings may hold what `${…}` brought in.
package struct RunOrders: Sendable {
    private let folder: String

    /// - Parameter state: the state directory.
    package init(state: StateDirectory) { folder = state.path + "/given" }

    /// Keeps the order of a run, durably.
    func keep(_ order: RunOrder, of run: RunID) throws(DaemonError) {
        let path = self.path(of: run)
        do {
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw CocoaError(.fileWriteUnknown) }
            let text = try JSONEncoder().encode(order)
            guard FileManager.default.createFile(atPath: path, contents: text, attributes: [.posixPermissions: 0o600]) else {
                throw CocoaError(.fileWriteUnknown)
            }
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw DaemonError(
                "what this run was asked for cannot be kept in \(path): \(error)", fix: "make room, or correct the rights of the folder")
        }
    }

    /// The order of a run; nil when it goes by its job file.
    func read(_ run: RunID) throws(DaemonError) -> RunOrder? {
        let path = self.path(of: run)
        guard access(path, F_OK) == 0 else { return nil }
        do {
            return try JSONDecoder().decode(RunOrder.self, from: try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw DaemonError("what run \(run) was asked for cannot be read from \(path): \(error)", fix: "ask for the run again")
        }
    }

    /// Lets go of it; not an error when there are none.
    func drop(_ run: RunID) { unlink(path(of: run)) }

    /// Lets go of what belongs to no open run: a claim that was never written. Nobody may be asking for a run meanwhile.
    func drop(allBut open: Set<RunID>) throws(DaemonError) {
        guard access(folder, F_OK) == 0 else { return }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw DaemonError(
                "what earlier runs were asked for cannot be removed from \(folder): \(error)", fix: "let the daemon read the folder")
        }
        for name in names {
            let run = RunID(rawValue: String(name.prefix(26)))
            if run.map({ !open.contains($0) }) ?? true { unlink("\(folder)/\(name)") }
        }
    }

    private func path(of run: RunID) -> String { "\(folder)/\(run).json" }
}
