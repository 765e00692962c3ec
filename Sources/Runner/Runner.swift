import CLinux
import Glibc

/// Starts, finds, stops and clears away runs on this machine. It decides no policy and holds no state of its own:
/// everything there is to know about a run stands in its folder. Copies share the process that makes launchers.
package struct Runner: Sendable {
    /// Where runs live.
    package let settings: RunnerSettings
    let currentUser: UserRecord?
    let server: LaunchServer
    let stock: FolderStock

    /// Makes `STATE/runs` if it is not there.
    package init(settings: RunnerSettings) throws(RunnerError) {
        self.settings = settings
        currentUser = try UserRecord.current()
        server = LaunchServer(path: settings.launcherPath)
        stock = FolderStock(stateDirectory: settings.stateDirectory)
        try Self.makeFolder(settings.stateDirectory + "/runs", mode: 0o711)
    }

    /// Starts the process that makes launchers now, so that the first run need not wait for it.
    package func openServer() throws(RunnerError) { try server.start() }

    /// Ends that process; the launchers it made go on.
    package func closeServer() { server.stop() }

    /// Makes the folders of the next `count` runs ahead.
    package func makeFoldersReady(_ count: Int) throws(RunnerError) { try stock.fill(to: count) }

    /// Makes the launchers of the next `count` runs ahead, as long as they are wanted; those that no run took wait until ``letLaunchersGo()``.
    package func makeLaunchersReady(_ count: Int, while isWanted: () -> Bool = { true }) throws(RunnerError) {
        try server.makeReady(count, while: isWanted)
    }

    /// Ends the launchers that wait for a run.
    package func letLaunchersGo() { server.letGo() }

    /// Carries out several calls of ``start(_:)``: their launchers look after the ends of quick runs once all have been made, at the latest a
    /// second after their own start.
    package func inBatch(_ starts: () -> Void) { server.inBatch(starts) }

    /// What the run's folder says, without touching it.
    package func inspect(run: String) throws(RunnerError) -> RunCondition {
        let folder = try RunFolder(run: run, in: settings)
        let locked = try folder.isLocked()
        if locked == nil {
            return access(folder.path, F_OK) == 0 ? .neverStarted : .missing
        }
        if locked == true {
            let record = try RunRecords.read(LaunchRecord.self, at: folder.launch)
            return record.map { .running($0) } ?? .starting
        }
        if let record = try folder.exitRecord() { return .finished(record) }
        let record = try RunRecords.read(LaunchRecord.self, at: folder.launch)
        return record.map { .vanished($0) } ?? .neverStarted
    }

    /// The runs that have a folder here, in the order of their ids.
    package func runs() throws(RunnerError) -> [String] {
        try Self.names(in: settings.stateDirectory + "/runs").sorted()
    }

    /// The file with a run's stderr, each line with its time in front.
    package func errorLog(of run: String) throws(RunnerError) -> String {
        try RunFolder(run: run, in: settings).errors
    }

    /// The names in a folder that do not begin with a dot.
    static func names(in path: String) throws(RunnerError) -> [String] {
        let fix = "run as the user who owns the state directory, and look at its disk"
        guard let stream = opendir(path) else { throw .last("read", path, fix: fix) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .last("read", path, fix: fix) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { names.append(name) }
        }
    }

    /// Makes a folder, or accepts the one that is there.
    static func makeFolder(_ path: String, mode: UInt32) throws(RunnerError) {
        if mkdir(path, mode) != 0 && errno != EEXIST {
            throw .last("make the folder", path, fix: "check that its parent exists, is writable for this user, and has space")
        }
    }
}
