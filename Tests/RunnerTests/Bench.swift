import CLinux
import FoundationEssentials
import Glibc
import Runner
import Testing

/// A state directory of its own with a runner on it; gone with the last reference.
final class Bench: Sendable {
    /// The folder of the built programs: the test program lies there too.
    static let products = String(CommandLine.arguments[0].reversed().drop { $0 != "/" }.dropFirst().reversed())
    static var launcher: String { products + "/acore-launch" }
    static var probe: String { products + "/runner-probe" }
    static var isRoot: Bool { geteuid() == 0 }

    let root: String
    let runner: Runner

    /// - Parameters:
    ///   - launcher: what is started in place of the built launcher.
    ///   - root: a folder that the caller made and removes.
    init(launcher: String = Bench.launcher, root: String? = nil, runtimeDirectory: Bool = true) throws {
        self.root = try root ?? Self.freshFolder()
        let runtime = self.root + "/run"
        if runtimeDirectory { mkdir(runtime, 0o711) }
        runner = try Runner(
            settings: RunnerSettings(
                stateDirectory: self.root, launcherPath: launcher, runtimeDirectory: runtimeDirectory ? runtime : nil))
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: root)
        } catch {
            print("cannot remove \(root): \(error)")
        }
    }

    static func freshFolder() throws -> String {
        var template = Array("/tmp/acore-runner-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o711)  // other users' runs go through it
        return path
    }

    /// A request that runs a shell script.
    static func script(_ text: String, mode: WorkerMode = .program, run: String = "RUN1") -> LaunchRequest {
        var request = LaunchRequest(run: run, job: "job", mode: mode, arguments: ["sh", "-c", text])
        request.grace = .seconds(20)
        return request
    }

    func start(_ request: LaunchRequest) throws -> LiveRun {
        try runner.start(try runner.prepare(request))
    }

    /// Runs to the end.
    func end(_ request: LaunchRequest) async throws -> RunEnd {
        try await runner.waitForEnd(try start(request))
    }

    /// Runs to the end and requires an exit record.
    func finished(_ request: LaunchRequest) async throws -> ExitRecord {
        try Self.record(try await end(request))
    }

    func finished(_ live: LiveRun) async throws -> ExitRecord {
        try Self.record(try await runner.waitForEnd(live))
    }

    private static func record(_ end: RunEnd) throws -> ExitRecord {
        guard case .finished(let record) = end else {
            Issue.record("ended as \(end)")
            throw CancellationError()
        }
        return record
    }

    /// Waits until the worker's stdout has had a line, and returns its text.
    func firstLine(_ live: LiveRun) async throws -> String {
        var follower = try runner.follow(live)
        while let lines = try await follower.next() {
            for line in lines {
                if case .raw(_, let text, _) = line.content { return text }
            }
        }
        Issue.record("the run ended without a line")
        throw CancellationError()
    }

    /// Everything in events.jsonl.
    func lines(_ run: String = "RUN1") throws -> [EventLine.Content] {
        var reader = try runner.events(of: run)
        var all: [EventLine.Content] = []
        while case let batch = try reader.read(), !batch.isEmpty { all += batch.map(\.content) }
        return all
    }

    /// The texts of the raw lines in events.jsonl.
    func texts(_ run: String = "RUN1") throws -> [String] {
        try lines(run).compactMap { if case .raw(_, let text, _) = $0 { text } else { nil } }
    }

    /// The texts of the notes in events.jsonl.
    func notes(_ run: String = "RUN1") throws -> [String] {
        try lines(run).compactMap { if case .note(_, let text) = $0 { text } else { nil } }
    }

    func folder(_ run: String = "RUN1") -> String { root + "/runs/" + run }

    func names(_ run: String = "RUN1") throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder(run)))
    }

    func bytes(_ name: String, run: String = "RUN1") throws -> [UInt8] {
        Array(try Data(contentsOf: .init(filePath: folder(run) + "/" + name)))
    }

    /// The lines of stderr.log without their times.
    func errors(_ run: String = "RUN1") throws -> [String] {
        String(decoding: try bytes("stderr.log", run: run), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map { String($0.dropFirst(25)) }
    }
}

/// What /proc says, for looking from outside.
enum Processes {
    /// The processes whose environment carries this run.
    static func ofRun(_ run: String) -> [Int32] {
        withEntry("ACORE_RUN=\(run)")
    }

    /// The processes that execute this file.
    static func executing(_ path: String) -> Set<Int32> {
        Set(
            all().filter { pid in
                var target = [CChar](repeating: 0, count: path.utf8.count + 1)
                let length = readlink("/proc/\(pid)/exe", &target, target.count)
                return target.prefix(max(0, length)).elementsEqual(path.utf8CString.dropLast())
            })
    }

    /// The process id of a process's parent; nil when it is gone.
    static func parent(of pid: Int32) -> Int32? {
        let fields = String(decoding: file("/proc/\(pid)/stat"), as: UTF8.self).split(separator: ")").last?.split(separator: " ")
        return fields.flatMap { $0.count > 1 ? Int32($0[1]) : nil }
    }

    private static func withEntry(_ entry: String) -> [Int32] {
        all().filter { pid in file("/proc/\(pid)/environ").split(separator: 0).contains { $0.elementsEqual(entry.utf8) } }
    }

    private static func all() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if let pid = Int32(name) { pids.append(pid) }
        }
        return pids
    }

    /// Starts a program with this process's own descriptors and environment; what is done about signals here is not its business.
    static func spawn(_ words: String...) throws -> Int32 {
        var pid: Int32 = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer {
            arguments.forEach { free($0) }
            posix_spawnattr_destroy(&attributes)
        }
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &pipe)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        try #require(posix_spawn(&pid, words[0], nil, &attributes, &arguments, environ) == 0)
        return pid
    }

    /// Waits for a program started here; the status as waitpid(2) tells it.
    static func wait(_ pid: Int32) -> Int32 {
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        return status
    }

    /// A file's bytes; a process that is gone has none.
    static func file(_ path: String) -> [UInt8] {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return [] }
        defer { close(number) }
        var all: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                count = max(0, read(number, buffer.baseAddress, 65536))
            }
            if chunk.isEmpty { return all }
            all += chunk
        }
    }
}

/// Any process, watched by a descriptor.
final class Watched: Sendable {
    private let pidfd: Int32

    init?(_ pid: Int32) {
        pidfd = linux_pidfd_open(pid)
        if pidfd < 0 { return nil }
    }

    deinit { close(pidfd) }

    /// Waits until the process has ended.
    func waitForEnd() -> Bool {
        var state = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 60_000) == 1
    }
}
