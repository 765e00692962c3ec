import Glibc
import Runner

/// Runs whose limits the kernel must keep, on a real cgroup v2 hierarchy.
struct CgroupChecks {
    let state: String
    let launcher: String

    /// One promise: its name, what is started, and what must be true of its end.
    struct Check: Sendable {
        let name: String
        let script: String
        var limits = ResourceLimits()
        var timeout: Duration?
        let holds: @Sendable (ExitRecord, _ said: [String]) -> Bool
    }

    /// - Returns: 0 all hold, 1 some do not, 77 there is no cgroup v2 to be used.
    func run() async throws -> Int32 {
        let unit: String
        switch CgroupTree.find() {
        case .available(let path): unit = path
        case .unavailable(let reason):
            print("skipped: \(reason)")
            return 77
        }
        let tree = try CgroupTree(unit: unit)
        print("unit \(unit), controllers \(tree.controllers.joined(separator: " "))")
        let runner = try Runner(settings: RunnerSettings(stateDirectory: state, launcherPath: launcher, cgroup: tree))
        var failures = 0
        for (number, check) in Self.checks.enumerated() {
            failures += try await holds(check, run: "CHECK\(number)", on: runner, tree) ? 0 : 1
        }
        failures += try await vanishedIsKilled(runner, tree) ? 0 : 1
        failures += release(tree) ? 0 : 1
        return failures == 0 ? 0 : 1
    }

    static let checks = [
        Check(name: "figures are told", script: "head -c 20000000 /dev/zero | tail -c 1 >/dev/null; exit 0") { record, _ in
            record.code == 0 && (record.memoryPeak ?? 0) > 100_000 && (record.cpuUsec ?? 0) > 0 && record.oomKills == 0
        },
        Check(
            name: "memory.max kills the whole run", script: "tail -f /dev/null & tail /dev/zero; echo survived; wait",
            limits: ResourceLimits(memoryMax: 32 << 20)
        ) { record, _ in
            record.signal == SIGKILL && (record.oomKills ?? 0) >= 1 && (record.memoryPeak ?? 0) <= 33 << 20
        },
        Check(
            name: "pids.max refuses the next process",
            script: "for i in 1 2 3 4 5 6 7 8; do tail -f /dev/null & done; echo all", limits: ResourceLimits(pidsMax: 5)
        ) { record, said in record.code != 0 && !said.contains("all") },
        Check(
            name: "cpu.max throttles", script: "while :; do :; done", limits: ResourceLimits(cpuMax: 20), timeout: .seconds(3)
        ) { record, _ in
            record.cause == .timedOut && (record.cpuUsec ?? .max) < record.durationMs * 1000 / 2
        },
        Check(
            name: "cgroup.kill ends a fork bomb", script: "trap '' TERM; bomb() { bomb | bomb & }; bomb; while :; do :; done 2>/dev/null",
            limits: ResourceLimits(pidsMax: 60), timeout: .seconds(2)
        ) { record, _ in record.cause == .timedOut && record.leftBehind == 0 },
        Check(
            name: "who forked away is in the cgroup and is killed",
            script: "setsid sh -c 'trap \"\" TERM; echo away; exec tail -f /dev/null' & read -r line </proc/self/cgroup; echo $line; exit 3"
        ) { record, said in
            record.code == 3 && record.orphansKilled >= 1 && said.contains { $0.hasSuffix("/work") }
        },
    ]

    private func holds(_ check: Check, run: String, on runner: Runner, _ tree: CgroupTree) async throws -> Bool {
        var request = LaunchRequest(run: run, job: "probe", mode: .program, arguments: ["sh", "-c", check.script])
        request.limits = check.limits
        request.timeout = check.timeout
        request.grace = .seconds(1)
        let prepared = try runner.prepare(request)
        let end = try await runner.waitForEnd(try runner.start(prepared))
        guard case .finished(let record) = end else { return say(check.name, false, "\(end)") }
        try runner.finish(run: run)
        let isGone = access("\(tree.unit)/runs/\(run)", F_OK) != 0
        let holds = check.holds(record, try said(run, runner)) && prepared.notEnforced.isEmpty && isGone
        return say(check.name, holds, "\(record) \(prepared.notEnforced) gone \(isGone)")
    }

    private func said(_ run: String, _ runner: Runner) throws -> [String] {
        var reader = try runner.events(of: run)
        return try reader.read().compactMap { if case .raw(_, let text, _) = $0.content { text } else { nil } }
    }

    /// A launcher that was killed leaves processes in `work`: they are killed by the cgroup.
    private func vanishedIsKilled(_ runner: Runner, _ tree: CgroupTree) async throws -> Bool {
        let script = "setsid tail -f /dev/null >/dev/null 2>&1 & echo up; wait"
        let live = try runner.start(
            try runner.prepare(LaunchRequest(run: "VANISH", job: "probe", mode: .program, arguments: ["sh", "-c", script])))
        var follower = try runner.follow(live)
        _ = try await follower.next()
        kill(live.pid, SIGKILL)
        let end = try await runner.waitForEnd(live)
        try runner.killRemains(of: "VANISH")
        try runner.finish(run: "VANISH")
        guard case .vanished = end else { return say("a vanished launcher's work is killed", false, "\(end)") }
        return say("a vanished launcher's work is killed", access("\(tree.unit)/runs/VANISH", F_OK) != 0, "\(end)")
    }

    /// After release no cgroup of ours has controllers on, and a second release finds nothing to do.
    private func release(_ tree: CgroupTree) -> Bool {
        let problems = CgroupTree.release(unit: tree.unit)
        let file = open("\(tree.unit)/cgroup.subtree_control", O_RDONLY | O_CLOEXEC)
        var byte: UInt8 = 0
        let isEmpty = read(file, &byte, 1) == 0 || byte == UInt8(ascii: "\n")
        close(file)
        return say(
            "release takes the controllers away", problems.isEmpty && isEmpty && CgroupTree.release(unit: tree.unit).isEmpty, "\(problems)")
    }

    private func say(_ name: String, _ good: Bool, _ detail: String) -> Bool {
        print(good ? "ok: \(name)" : "FAILED: \(name): \(detail)")
        return good
    }
}
