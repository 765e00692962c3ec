import Foundation
import Testing

@testable import JobFiles

/// Files and folders that others may write, seen by a daemon that runs as root. Only root can make them.
@Suite(.enabled(if: geteuid() == 0, "needs root: it gives files to other users")) struct PrivilegeTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write("job.yaml", "uses: command\nrun_as: nobody\nwith: {argv: [a]}\n")
        chmod("\(scratch.path)/job.yaml", 0o644)
    }

    private func problems(_ folder: String? = nil) -> [String] {
        loader(privileged: true).load(directory: folder ?? scratch.path, now: present).findings.map {
            $0.problem.replacing(scratch.path, with: "jobs.d")
        }
    }

    @Test func aProperFolderBelowAStickyOneIsFine() { #expect(problems().isEmpty) }

    @Test("modes of the file", arguments: [mode_t(0o664), 0o646, 0o666])
    func refusesFile(_ mode: mode_t) {
        chmod("\(scratch.path)/job.yaml", mode)
        let shown = String(mode, radix: 8)
        #expect(
            problems() == ["the file is refused: jobs.d/job.yaml may be written by others (mode 0\(shown)), and the daemon runs as root"])
    }

    @Test("modes of the folder", arguments: [mode_t(0o770), 0o707, 0o1777])
    func refusesFolder(_ mode: mode_t) {
        chmod(scratch.path, mode)
        let shown = String(mode, radix: 8)
        #expect(problems() == ["jobs.d may be written by others (mode 0\(shown)), and the daemon runs as root"])
        #expect(!loader(privileged: true).load(directory: scratch.path, now: present).isComplete)
    }

    @Test func aFolderAboveThatOthersMayWriteIsRefused() throws {
        mkdir("\(scratch.path)/inner", 0o755)
        chmod(scratch.path, 0o777)
        #expect(problems("\(scratch.path)/inner") == ["jobs.d may be written by others (mode 0777), and the daemon runs as root"])
    }

    @Test func anotherOwnerIsRefused() {
        chown("\(scratch.path)/job.yaml", 65_534, 65_534)
        #expect(problems() == ["the file is refused: jobs.d/job.yaml belongs to nobody, and the daemon runs as root"])
        chown("\(scratch.path)/job.yaml", 0, 0)
        chown(scratch.path, 65_534, 65_534)
        #expect(problems() == ["jobs.d belongs to nobody, and the daemon runs as root"])
    }

    @Test func aKeptDefinitionDoesNotHideAMode() throws {
        let state = try Scratch()
        let loader = loader(privileged: true, cachePath: "\(state.path)/definitions")
        let first = loader.load(directory: scratch.path, now: present)
        #expect(first.definitions.count == 1)
        try #require(first.unkept).keep()
        chmod("\(scratch.path)/job.yaml", 0o666)
        #expect(loader.load(directory: scratch.path, now: present).definitions.isEmpty)
    }

    @Test func anEnvironmentFileThatOthersMayWriteIsRefused() throws {
        try scratch.write("env", "A=b\n")
        chmod("\(scratch.path)/env", 0o666)
        try scratch.write("job.yaml", "uses: command\nenvironment_file: \(scratch.path)/env\nwith: {argv: [a]}\n")
        #expect(problems().count == 1 && problems()[0].contains("may be written by others"))
    }

    @Test func anUnknownUserIsAnErrorAndAKnownOneIsNot() throws {
        try scratch.write("job.yaml", "uses: command\nrun_as: no-such-user\nwith: {argv: [a]}\n")
        #expect(problems() == ["there is no user named no-such-user on this machine"])
    }

    @Test func theDaemonsOwnFileIsHeldToTheSameRule() throws {
        try scratch.write("acore-sched.yaml", "max_runs: 3\n")
        chmod("\(scratch.path)/acore-sched.yaml", 0o666)
        let loaded = DaemonSettings.load("\(scratch.path)/acore-sched.yaml", environment: [:], privileged: true)
        #expect(loaded.findings.count == 1 && loaded.settings == DaemonSettings())
    }
}
