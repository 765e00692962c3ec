import Daemon
import Foundation
import Glibc
import Testing

@Suite struct SetupTests {
    @Test func theSecondTakerOfAStateDirectoryIsToldTheFirstsProcess() throws {
        let space = try Workspace()
        let lock = try StateLock.take(in: space.path)
        let error = try #require(throws: DaemonError.self) { try StateLock.take(in: space.path) }
        #expect(error.problem == "the state directory \(space.path) is in use by process \(getpid())")
        #expect(error.category == .busy)
        #expect(StateLock.holder(of: space.path) == getpid())
        withExtendedLifetime(lock) {}
    }

    @Test func aLockEndsWithItsHolder() throws {
        let space = try Workspace()
        do { _ = try StateLock.take(in: space.path) }
        #expect(StateLock.holder(of: space.path) == nil)
        _ = try StateLock.take(in: space.path)
    }

    struct PlaceRow: Sendable {
        var options = Locations.Options()
        var environment: [String: String]
        var isRoot: Bool
        var jobs: String
        var state: String
        var runtime: String?
    }

    @Test(
        "locations",
        arguments: [
            PlaceRow(
                environment: [:], isRoot: true, jobs: "/etc/acore-sched/jobs.d", state: "/var/lib/acore-sched", runtime: "/run/acore-sched"),
            PlaceRow(environment: ["HOME": "/people/a"], isRoot: false, jobs: "/srv/jobs.d", state: "/people/a/.local/state/acore-sched"),
            PlaceRow(
                environment: ["HOME": "/people/a", "XDG_STATE_HOME": "/s", "XDG_RUNTIME_DIR": "/run/user/1"], isRoot: false,
                jobs: "/srv/jobs.d",
                state: "/s/acore-sched", runtime: "/run/user/1/acore-sched"),
            PlaceRow(
                environment: ["STATE_DIRECTORY": "/var/lib/x", "RUNTIME_DIRECTORY": "/run/x"], isRoot: false,
                jobs: "/etc/acore-sched/jobs.d",
                state: "/var/lib/x", runtime: "/run/x"),
            PlaceRow(
                options: .init(jobsDirectory: "mine", stateDirectory: "/st"), environment: ["ACORE_SCHED_STATE_DIR": "/other"],
                isRoot: true,
                jobs: "/srv/mine", state: "/st", runtime: "/run/acore-sched"),
            PlaceRow(
                environment: ["ACORE_SCHED_STATE_DIR": "/other", "ACORE_SCHED_JOBS_DIR": "j"], isRoot: true, jobs: "/srv/j",
                state: "/other",
                runtime: "/run/acore-sched"),
        ])
    func resolves(_ row: PlaceRow) {
        let places = Locations.resolve(row.options, environment: row.environment, isRoot: row.isRoot, workingDirectory: "/srv")
        #expect(places.jobsDirectory == row.jobs)
        #expect(places.stateDirectory == row.state)
        #expect(places.runtimeDirectory == row.runtime)
    }

    @Test(
        "the folder of plugins",
        arguments: [
            (nil, [:], true, "/etc/acore-sched/plugins"), (nil, [:], false, "/srv/plugins"),
            (nil, ["STATE_DIRECTORY": "/var/lib/x"], false, "/etc/acore-sched/plugins"),
            (nil, ["ACORE_SCHED_PLUGINS_DIR": "mine"], true, "/srv/mine"),
            ("/given", ["ACORE_SCHED_PLUGINS_DIR": "mine"], false, "/given"),
        ] as [(String?, [String: String], Bool, String)])
    func findsPlugins(_ option: String?, _ environment: [String: String], _ isRoot: Bool, _ expected: String) {
        let options = Locations.Options(pluginsDirectory: option)
        let places = Locations.resolve(options, environment: environment, isRoot: isRoot, workingDirectory: "/srv")
        #expect(places.pluginsDirectory == expected)
    }

    @Test func aSecretThatOthersMayReadIsRefusedWithTheFix() throws {
        let space = try Workspace()
        let path = space.path + "/discord"
        try Data("token\n".utf8).write(to: URL(filePath: path))
        chmod(path, 0o644)
        let store = SecretStore(directory: space.path)
        let error = try #require(throws: DaemonError.self) { try store.read("discord") }
        #expect(error.problem == "secret:discord: others may read or change \(path) (mode 644)")
        #expect(error.fix == "chmod 0400 \(path)")
        chmod(path, 0o400)
        #expect(try store.read("discord") == Array("token\n".utf8))
    }

    @Test func programsThatOthersMayReplaceAreRefused() throws {
        let space = try Workspace()
        chmod(space.path, 0o755)
        let program = space.path + "/program"
        try Data().write(to: URL(filePath: program))
        let installation = Installation(launcher: program, worker: program)
        chmod(program, 0o755)
        try installation.refuseForeignHands()
        chmod(program, 0o775)
        let error = try #require(throws: DaemonError.self) { try installation.refuseForeignHands() }
        #expect(error.problem == "others may change \(program) (mode 775), and root would run it")
        #expect(error.fix == "chmod go-w \(program)")
        chmod(program, 0o755)
        chmod(space.path, 0o777)
        #expect(throws: DaemonError.self) { try installation.refuseForeignHands() }
    }

    @Test func aSecretThatIsNoPlainFileOrTooLargeIsRefused() throws {
        let space = try Workspace()
        let store = SecretStore(directory: space.path)
        #expect(mkfifo(space.path + "/pipe", 0o400) == 0)
        #expect(throws: DaemonError.self) { try store.read("pipe") }
        #expect(symlink("/etc/hostname", space.path + "/link") == 0)
        #expect(throws: DaemonError.self) { try store.read("link") }
        try Data(count: SecretStore.bound + 1).write(to: URL(filePath: space.path + "/large"))
        chmod(space.path + "/large", 0o400)
        #expect(throws: DaemonError.self) { try store.read("large") }
        #expect(throws: DaemonError.self) { try store.read("missing") }
    }
}
