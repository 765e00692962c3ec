import CronSchedule
import JobKit
import Synchronization

@testable import SchedulerCore

/// A machine around the scheduler: two clocks, processes that end by themselves, a ledger, and a daemon that may die at any point.
final class World {
    /// What a started attempt does.
    struct Process {
        enum Fate {
            case exits(Int)
            case ends(RunVerdict.Cause)
            case reports(WireEvent.Result)
        }

        var attempt: Int
        var startedAt: Instant
        /// By the clock that nobody sets.
        var endsAt: Duration
        var fate: Fate
    }

    /// Where a daemon dies.
    enum Death {
        case beforeCommit
        case betweenCommitAndStarts
    }

    /// Kind of jobs that are programs; the others speak the wire.
    static let programKind = "command"

    private(set) var wall: Instant
    private(set) var elapsed: Duration = .seconds(1000)
    private(set) var bootID = "boot-0"
    private(set) var ledger = ModelLedger()
    private(set) var scheduler: Scheduler?
    private(set) var processes: [RunID: Process] = [:]
    private(set) var exits: [RunID: AttemptEnd] = [:]
    private(set) var violations: [String] = []
    private(set) var starts: [Run] = []
    private(set) var stops: [RunID] = []
    private(set) var passes = 0
    private(set) var timelines: [String: Timeline] = [:]
    var jobs: [String: ScheduledJob] = [:]
    var limits = Admission.Limits()
    /// How long an attempt takes, and how it ends.
    var behaviour: (Run) -> (Duration, Process.Fate) = { _ in (.seconds(5), .exits(0)) }
    /// Whether the operating system refuses a start.
    var refusesStart: (Run) -> Bool = { _ in false }
    /// Where the daemon dies in the next pass.
    var death: Death?

    private var ends: [AttemptEnd] = []
    private let idSeed: UInt64
    private var daemons: UInt64 = 0

    init(at start: Instant, seed: UInt64 = 1) {
        wall = start
        idSeed = seed
    }

    // MARK: Jobs

    /// Puts a job into the folder; it is in force after `load`.
    func write(_ schedules: [String], name: String, zone: String = "UTC", change: (inout JobDefinition) -> Void = { _ in }) throws {
        var definition = JobDefinition(name: name, kind: Self.programKind, timing: Timing(schedules: schedules))
        change(&definition)
        jobs[name] = try ScheduledJob(definition: definition, zone: try SystemTimeZone.named(zone))
    }

    // MARK: The daemon

    /// Starts a daemon on what the ledger holds, as the real one does.
    func start(dies death: Death? = nil) {
        for id in processes.keys where (processes[id]?.endsAt ?? .zero) <= elapsed { endProcess(id) }
        ends = []
        daemons += 1
        let ids = IDSource(seed: idSeed &+ daemons &* 7919)
        var begun = Scheduler(
            surroundings: .init(
                host: "host", bootID: bootID, limits: limits,
                programs: [
                    Self.programKind: ProgramRole(
                        argv: "argv", shell: "shell", directory: "directory", stdin: "stdin", exitCodes: "exit_codes")
                ]),
            past: ledger.past, now: wall, elapsed: elapsed, newRunID: { ids.next(at: $0) })
        if let lastSeen = ledger.clock?.lastSeen { lastStep = .milliseconds(wall.milliseconds - lastSeen.milliseconds) }
        let actions = begun.begin(with: jobs.values.sorted { $0.definition.name < $1.definition.name }, now: wall)
        if death == .beforeCommit { return }
        commit(actions)
        trackTimelines(begun)
        if death == .betweenCommitAndStarts { return }
        scheduler = begun
        for run in begun.open.values.sorted(by: { $0.id < $1.id }) where run.state.isLive { recover(run) }
        pass()
    }

    private func recover(_ run: Run) {
        if let end = exits[run.id], end.attempt == run.attempt {
            ends.append(end)
        } else if let process = processes[run.id], process.attempt == run.attempt {
            if run.state == .starting { change { $0.started(run.id, at: process.startedAt) } }
        } else if run.state == .starting {
            change { $0.neverStarted(run.id) }
        } else {
            ends.append(AttemptEnd(run: run.id, attempt: run.attempt, cause: .vanished, endedAt: wall))
        }
    }

    /// The daemon is killed; what it had not committed is lost. Processes go on.
    func kill() {
        scheduler = nil
        ends = []
    }

    /// The machine reboots: no process survives.
    func reboot() {
        kill()
        bootID = "boot-\(passes)-\(elapsed)"
        processes = [:]
    }

    /// Reads the folder again.
    func load() {
        pass()
        changeFiles()
        if let scheduler { trackTimelines(scheduler) }
        pass()
    }

    /// Puts the difference between the folder and what is in force in force.
    func changeFiles() {
        change { scheduler in
            scheduler.change(JobChanges(from: scheduler.entries.mapValues(\.job), to: self.jobs), now: self.wall)
        }
    }

    /// One pass, its commit, its stops and starts.
    func pass() {
        guard var scheduler else { return }
        passes += 1
        let taken = ends
        ends = []
        let actions = scheduler.pass(now: wall, elapsed: elapsed, ends: taken)
        switch death {
        case .beforeCommit:
            kill()
            death = nil
            return
        case .betweenCommitAndStarts:
            commit(actions)
            noteDecided(scheduler)
            kill()
            death = nil
            return
        case nil: break
        }
        commit(actions)
        for end in taken { exits[end.run] = nil }
        self.scheduler = scheduler
        noteDecided(scheduler)
        carryOut(actions)
        if !ends.isEmpty { return pass() }
        if let alarm = self.scheduler?.nextAlarm, alarm <= wall { violations.append("the next alarm \(alarm) is not after \(wall)") }
    }

    /// A call of the scheduler beside its passes.
    func change(_ call: (inout Scheduler) throws -> SchedulerActions) rethrows {
        guard var scheduler else { return }
        let actions = try call(&scheduler)
        self.scheduler = scheduler
        commit(actions)
        carryOut(actions)
        if !ends.isEmpty { pass() }
    }

    private func carryOut(_ actions: SchedulerActions) {
        for id in actions.stops { stop(id) }
        for id in actions.starts {
            guard let run = scheduler?.open[id] else { continue }
            starts.append(run)
            if refusesStart(run) {
                ends.append(
                    AttemptEnd(run: id, attempt: run.attempt, cause: .startFailed(step: "execve", reason: "refused"), endedAt: wall))
                continue
            }
            if processes[id] != nil { violations.append("run \(id) of \(run.job) has two processes") }
            let (length, fate) = behaviour(run)
            processes[id] = Process(attempt: run.attempt, startedAt: wall, endsAt: elapsed + length, fate: fate)
            change { $0.started(id, at: self.wall) }
        }
        checkLimits()
    }

    private func stop(_ id: RunID) {
        stops.append(id)
        guard processes[id] != nil else { return }
        processes[id]?.fate = .ends(.stopped)
        processes[id]?.endsAt = elapsed + .seconds(1)
    }

    private func commit(_ actions: SchedulerActions) {
        let era = ledger.clock?.era ?? 0
        ledger.commit(actions)
        guard let now = ledger.clock?.era, now != era else { return }
        for name in timelines.keys { timelines[name]?.beginEra(now, at: wall, isLarge: lastStep < .zero - ClockStep.smallBound) }
    }

    // MARK: Time

    /// By how much the clock was set since the last pass that is durable.
    private var lastStep: Duration = .zero

    /// Time passes; nobody looks.
    func stall(_ span: Duration) {
        let target = elapsed + span
        for id in processes.keys.sorted() {
            guard let process = processes[id], process.endsAt <= target else { continue }
            endProcess(id)
        }
        wall = wall.moved(by: span)
        elapsed = target
    }

    /// Sets the wall clock; the loop's timer fires at once.
    func setClock(by step: Duration) {
        wall = wall.moved(by: step)
        lastStep += step
        pass()
    }

    /// Sets the wall clock while no daemon looks.
    func setClockUnseen(by step: Duration) {
        wall = wall.moved(by: step)
        lastStep += step
    }

    /// The daemon's loop for a span of time: sleeps until the next alarm or the next end of a process.
    func run(_ span: Duration) {
        let target = elapsed + span
        var turns = 0
        while elapsed < target {
            turns += 1
            if turns > 200_000 { return violations.append("the loop spins") }
            var next = target
            if let alarm = scheduler?.nextAlarm {
                next = min(next, elapsed + .milliseconds(max(0, alarm.milliseconds - wall.milliseconds)))
            }
            if let end = processes.values.map(\.endsAt).min() { next = min(next, end) }
            stall(max(.zero, next - elapsed))
            if scheduler == nil { return stall(target - elapsed) }
            pass()
        }
    }

    private func endProcess(_ id: RunID) {
        guard let process = processes.removeValue(forKey: id) else { return }
        let cause: RunVerdict.Cause =
            switch process.fate {
            case .exits(let code): .exited(code: code)
            case .ends(let cause): cause
            case .reports: .exited(code: 0)
            }
        let endedAt = wall.moved(by: max(.zero, process.endsAt - elapsed))
        var end = AttemptEnd(run: id, attempt: process.attempt, cause: cause, endedAt: endedAt)
        end.startedAt = process.startedAt
        if case .reports(let result) = process.fate { end.result = result }
        exits[id] = end
        if scheduler != nil { ends.append(end) }
    }

    // MARK: What must hold

    private func noteDecided(_ scheduler: Scheduler) {
        lastStep = .zero
        for name in jobs.keys where scheduler.definition(of: name) != nil { timelines[name]?.decided(to: wall) }
    }

    private func trackTimelines(_ scheduler: Scheduler) {
        for name in Set(timelines.keys).union(jobs.keys) {
            let timetable = scheduler.definition(of: name) == nil ? nil : jobs[name]?.timetable
            timelines[name, default: Timeline(era: scheduler.clock.era)].use(timetable, from: wall)
        }
    }

    private func checkLimits() {
        let live = processes.keys.compactMap { id in ledger.runs[id] }
        if live.count > limits.runs { violations.append("\(live.count) runs at once") }
        if live.count(where: { $0.trigger == .catchUp }) > limits.catchUps { violations.append("too many catch-ups at once") }
        for (job, runs) in Dictionary(grouping: live, by: \.job) where runs.count > 1 {
            guard let definition = jobs[job]?.definition, definition.overlap != .allow else { continue }
            violations.append("\(runs.count) runs of \(job) at once")
        }
        let groups = Dictionary(grouping: live.compactMap { jobs[$0.job]?.definition.group }, by: { $0 })
        for (group, runs) in groups where runs.count > limits.groups[group] ?? 1 { violations.append("\(runs.count) of group \(group)") }
    }

    /// Whether the next alarm comes no later than the next slot of every job that speaks.
    func checkAlarm() throws {
        guard let scheduler else { return }
        for name in jobs.keys.sorted() {
            guard let cursor = scheduler.cursor(of: name), cursor.silentReason == nil, let timetable = jobs[name]?.timetable,
                !timetable.isElapsedOnly,
                let slot = try timetable.next(
                    after: max(cursor.accountedTo, wall.moved(by: .zero - cursor.jitter)), fixedFloor: cursor.fixedFloor)
            else { continue }
            let due = slot.moved(by: cursor.jitter)
            guard let alarm = scheduler.nextAlarm, alarm <= due else {
                violations.append("the loop sleeps until \(String(describing: scheduler.nextAlarm)), but \(name) is due at \(due)")
                continue
            }
        }
    }

    /// Everything that was broken so far, and every slot without its row.
    func findings() throws -> [String] {
        var findings = violations + ledger.violations + ledger.falseRuns
        for (job, timeline) in timelines {
            findings += try timeline.findings(
                job: job, rows: ledger.occurrences.values.filter { $0.job == job }, cursor: ledger.cursors[job])
        }
        return findings
    }

    /// The rows of a job, by slot.
    func rows(of job: String) -> [Occurrence] {
        ledger.occurrences.values.filter { $0.job == job }.sorted {
            ($0.era, $0.slot.instant ?? Instant(milliseconds: 0)) < ($1.era, $1.slot.instant ?? Instant(milliseconds: 0))
        }
    }

    /// The runs of a job, oldest first.
    func runs(of job: String) -> [Run] { ledger.runs.values.filter { $0.job == job }.sorted { $0.id < $1.id } }
}

/// Run ids in order, the same in each test.
final class IDSource: Sendable {
    private let state: Mutex<SplitMix>

    init(seed: UInt64) { state = Mutex(SplitMix(state: seed)) }

    func next(at now: Instant) -> RunID {
        state.withLock { random in
            random.state &+= 1
            return RunID(milliseconds: now.milliseconds, random: &random)
        }
    }
}

/// A generator whose seed gives the same numbers everywhere (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
