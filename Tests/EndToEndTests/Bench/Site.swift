import Foundation
import Glibc
import Testing

/// A state directory and a folder of jobs of their own, with daemons on them; all is gone with the last reference.
final class Site {
    let root: String
    var state: String
    /// The folder of the programs that run here.
    var programs = Programs.folder
    /// Variables of the processes that are started here, besides the usual ones.
    var more: [String: String] = [:]
    private var count = 0

    init(jobs: [String: String] = [:]) throws {
        var template = Array("/tmp/acore-e2e-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Overdue(description: "no folder: \(errno)") }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(root, 0o755)
        state = root + "/state"
        for folder in [jobsFolder, secrets, marks] { mkdir(folder, 0o755) }
        for (name, text) in jobs { try job(name, text) }
    }

    deinit {
        // Runs outlive their daemon; what a test left must not outlive the test.
        for run in runs { Processes.ofRun(run).forEach { kill($0, SIGKILL) } }
        do {
            try FileManager.default.removeItem(atPath: root)
        } catch {
            print("cannot remove \(root): \(error)")
        }
    }

    var jobsFolder: String { root + "/jobs.d" }
    var secrets: String { root + "/secrets" }
    /// Where jobs leave marks: a folder that is watched.
    var marks: String { root + "/marks" }
    var ledger: LedgerView { LedgerView(path: state + "/ledger.sqlite") }
    var runs: [String] {
        guard let folder = opendir(state + "/runs") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { $0.count == 26 }
    }

    /// Writes a job file. `MARKS` in it is the folder of marks.
    func job(_ name: String, _ text: String) throws {
        let path = "\(jobsFolder)/\(name).yaml"
        try text.replacingOccurrences(of: "MARKS", with: marks).write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o644)
    }

    /// The daemon's own file.
    func configure(_ text: String) throws {
        try text.write(toFile: root + "/acore-sched.yaml", atomically: true, encoding: .utf8)
        chmod(root + "/acore-sched.yaml", 0o644)
    }

    var environment: [String: String] {
        let usual = [
            "PATH": "/usr/bin:/bin", "HOME": root, "TZ": "UTC", "ACORE_SCHED_CONFIG": root + "/acore-sched.yaml",
            "RUNTIME_DIRECTORY": root + "/run", "CREDENTIALS_DIRECTORY": secrets,
        ]
        return usual.merging(more) { $1 }
    }

    /// Starts the program on this site.
    func start(_ verb: String..., through wrapper: [String] = []) throws -> Child { try start(words: verb, through: wrapper) }

    /// Starts the program on this site.
    func start(words: [String], through wrapper: [String] = []) throws -> Child {
        count += 1
        let options = ["--jobs-dir", jobsFolder, "--state-dir", state]
        return try Child(
            wrapper + ["\(programs)/acore-sched"] + words + options, environment: environment, files: "\(root)/child\(count)")
    }

    /// A daemon that is ready.
    func daemon(through wrapper: [String] = []) throws -> Child {
        let child = try start("daemon", through: wrapper)
        try wait("ready", of: child) { child.errors.contains(" ready ") ? true : nil }
        return child
    }

    /// Waits, while `child` lives, until `look` finds something in the site's folders.
    @discardableResult
    func wait<Found>(_ what: String, of child: Child? = nil, _ look: () throws -> Found?) throws -> Found {
        let folders = [root, marks, state, state + "/runs"].filter(Files.exists)
        let watch = try Watch(folders, processes: child.map { [$0.pid] } ?? [])
        return try watch.until("\(what)\n\(child?.errors ?? "")\n\(Self.dump(self.ledger))", look)
    }

    /// Waits until a count in the ledger is at least `least`.
    func wait(_ query: String, atLeast least: Int = 1, of child: Child? = nil) throws {
        try wait("\(least) x \(query)", of: child) { try ledger.number(query) >= least ? true : nil }
    }

    /// Waits until a file of marks has at least so many lines.
    @discardableResult
    func marks(_ name: String, atLeast least: Int = 1, of child: Child? = nil) throws -> [String] {
        try wait("\(least) lines of \(name)", of: child) {
            let lines = Files.lines("\(marks)/\(name)")
            return lines.count >= least ? lines : nil
        }
    }

    /// Waits until a file is there.
    func wait(file path: String, of child: Child? = nil) throws {
        let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
        let watch = try Watch([folder], processes: child.map { [$0.pid] } ?? [])
        _ = try watch.until("\(path)\n\(child?.errors ?? "")") { Files.exists(path) ? true : nil }
    }

    /// Waits until nobody holds the state directory.
    func waitForTheLock() {
        let lock = Glibc.open("\(state)/lock", O_RDONLY | O_CLOEXEC)
        while flock(lock, LOCK_SH) != 0, errno == EINTR {}
        close(lock)
    }

    /// A gate that jobs wait at: `cat MARKS/NAME` blocks until ``open(gate:)``.
    func gate(_ name: String) throws {
        guard mkfifo("\(marks)/\(name)", 0o666) == 0 else { throw Overdue(description: "no FIFO: \(errno)") }
    }

    /// Lets all who wait go on.
    func open(gate name: String) throws {
        let path = "\(marks)/\(name)"
        // Held open to read, so that opening it to write waits for nobody; from now on the gate stands open for all.
        let passage = path + ".open"
        guard rename(path, passage) == 0 else { throw Overdue(description: "no gate \(name): \(errno)") }
        try "".write(toFile: path, atomically: false, encoding: .utf8)
        let descriptor = Glibc.open(passage, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        let writer = Glibc.open(passage, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        close(writer)
        close(descriptor)
    }

    private static func dump(_ ledger: LedgerView) -> String {
        do {
            let runs = try ledger.rows(
                "SELECT run, jobs.name, state, attempt, summary FROM runs JOIN jobs ON jobs.id = job ORDER BY runs.id DESC LIMIT 8")
            let slots = try ledger.rows("SELECT slot, account, reason, detail FROM occurrences ORDER BY id DESC LIMIT 8")
            return (runs + slots).map { $0.joined(separator: " | ") }.joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }
}
