import CLinux
import Glibc

/// The names in and around `STATE/runs/RUN/`.
struct RunFolder: Sendable {
    static let mode: mode_t = 0o711
    static let temporaryMode: mode_t = 0o700
    static let lockMode: mode_t = 0o600

    let run: String
    /// `STATE/runs`.
    let parent: String
    /// `STATE/runs/RUN`.
    let path: String

    /// - Throws: ``RunnerError/request(run:problem:fix:)`` for an id that is not a plain file name.
    init(run: String, in settings: RunnerSettings) throws(RunnerError) {
        let isPlain = run.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 }
        guard isPlain, (1...64).contains(run.utf8.count) else {
            throw .request(run: run, problem: "its id is not 1 to 64 letters, digits or -", fix: "use a ULID")
        }
        self.run = run
        parent = settings.stateDirectory + "/runs"
        path = parent + "/" + run
    }

    var temporary: String { path + "/tmp" }
    var lock: String { path + "/lock" }
    var events: String { path + "/events.jsonl" }
    var errors: String { path + "/stderr.log" }
    var launch: String { path + "/launch.json" }
    var exit: String { path + "/exit.json" }
    var limits: String { path + "/limits.json" }
    var figures: String { path + "/figures.json" }

    static func secrets(of run: String, in runtimeDirectory: String) -> String { runtimeDirectory + "/runs/" + run }

    /// Whether a launcher holds the lock; nil = there is no lock file.
    func isLocked() throws(RunnerError) -> Bool? {
        // Read only: closing a file that was open for writing would wake those who watch the folder.
        let number = Glibc.open(lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if number < 0 && errno == ENOENT { return nil }
        guard number >= 0 else { throw .last("open", lock, fix: "run as the user who owns the state directory") }
        defer { close(number) }
        let answer = linux_file_is_locked(number)
        guard answer >= 0 else { throw .last("ask for the lock of", lock, fix: "keep the state directory on a local disk") }
        return answer == 1
    }

    /// Whether the launcher works here: it holds the lock, and the process that its record names, if it has written one, has
    /// not ended. A launcher killed right after its fork leaves the lock to its child for a moment.
    func isAlive() throws(RunnerError) -> Bool {
        guard try isLocked() == true else { return false }
        guard let record = try RunRecords.read(LaunchRecord.self, at: launch) else { return true }
        guard let process = ProcessTable.identity(of: record.pid) else { return false }
        return process.startTime == record.startTime && !process.isZombie
    }
}
