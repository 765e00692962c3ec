import CLinux
import Foundation
import Synchronization
import Testing

/// Appends to a file without a pause until it is told to stop.
final class DriverlessWriter: Sendable {
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)
    private let joined = Mutex(false)

    /// Returns once the first bytes are written.
    init(path: String) throws {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        try #require(descriptor >= 0)
        let began = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var count = 0
            while !self.isStopped.load(ordering: .relaxed) {
                write(descriptor, "line\n", 5)
                count += 1
                if count == 1 { began.signal() }
            }
            close(descriptor)
            self.ended.signal()
        }
        began.wait()
    }

    /// Returns once nothing is written any more.
    func stop() {
        joined.withLock { isJoined in
            guard !isJoined else { return }
            isJoined = true
            isStopped.store(true, ordering: .relaxed)
            ended.wait()
        }
    }
}

/// Swaps `tree/victim` between a file and a link to `secret`, and `tree/d` between a folder and a link to `hidden`.
///
/// Where the tests run as root, it is a user without rights who owns the tree and may read neither of the two.
final class Attacker: Sendable {
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)
    private let joined = Mutex(false)
    private let count = Atomic(0)

    /// How often both were swapped.
    var swaps: Int { count.load(ordering: .relaxed) }

    init(scratch: Scratch) throws {
        let root = scratch.path
        try scratch.shell("echo harmless > tree/victim; ln -s ../secret link; ln -s ../hidden folder")
        let isRoot = geteuid() == 0
        if isRoot {
            try scratch.shell("chown -R -h \(Self.owner):\(Self.owner) .; chown -R 0:0 secret hidden; chmod 600 secret; chmod 700 hidden")
        }
        let mayLook = Mutex(false)
        let began = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            if isRoot {
                // Of this thread alone: its rights over files go with it.
                linux_setfsgid(gid_t(Self.owner))
                linux_setfsuid(uid_t(Self.owner))
                let secret = open(root + "/secret", O_RDONLY | O_CLOEXEC)
                if secret >= 0 { close(secret) }
                mayLook.withLock { $0 = secret >= 0 }
            }
            began.signal()
            while !self.isStopped.load(ordering: .relaxed) {
                rename(root + "/tree/victim", root + "/file")
                symlink("../secret", root + "/tree/victim")
                rename(root + "/tree/d", root + "/kept")
                symlink("../hidden", root + "/tree/d")
                unlink(root + "/tree/victim")
                rename(root + "/file", root + "/tree/victim")
                unlink(root + "/tree/d")
                rename(root + "/kept", root + "/tree/d")
                self.count.add(1, ordering: .relaxed)
            }
            self.ended.signal()
        }
        began.wait()
        try #require(!mayLook.withLock { $0 })
    }

    private static let owner = 65_534

    /// Returns once nothing is swapped any more.
    func stop() {
        joined.withLock { isJoined in
            guard !isJoined else { return }
            isJoined = true
            isStopped.store(true, ordering: .relaxed)
            ended.wait()
        }
    }
}

/// Swaps a folder for a link to another one and back, without a pause.
final class Swapper: Sendable {
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)
    private let joined = Mutex(false)
    private let count = Atomic(0)

    /// How often it was swapped.
    var swaps: Int { count.load(ordering: .relaxed) }

    init(folder: String, target: String) {
        Thread.detachNewThread {
            while !self.isStopped.load(ordering: .relaxed) {
                rename(folder, folder + "-kept")
                symlink(target, folder)
                unlink(folder)
                rename(folder + "-kept", folder)
                self.count.add(1, ordering: .relaxed)
            }
            self.ended.signal()
        }
    }

    /// Returns once nothing is swapped any more.
    func stop() {
        joined.withLock { isJoined in
            guard !isJoined else { return }
            isJoined = true
            isStopped.store(true, ordering: .relaxed)
            ended.wait()
        }
    }
}

/// A program that has a database open, and changes it when it is told.
final class DatabaseHolder {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(path: String) throws {
        let script = """
            import os, sqlite3, sys
            base = sqlite3.connect(sys.argv[1], isolation_level=None)
            base.execute("select count(*) from t").fetchall()
            for line in sys.stdin:
                base.execute(line)
                os.write(1, b"d")  # one write, or the rest of it would answer the next statement
            """
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Carries a statement out, and returns when it is committed.
    func execute(_ statement: String) {
        input.fileHandleForWriting.write(Data((statement + "\n").utf8))
        _ = output.fileHandleForReading.availableData
    }

    /// Ends it.
    func close() {
        input.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }
}
