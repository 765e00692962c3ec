import FoundationEssentials
import Glibc
import JobKit

/// Whether processes run, that they are the ones that are meant, what they use, and whether they answer.
struct ProcessHealth: SectionCheck {
    static let name = "process_health"
    static let help = "Whether processes run, what they use, and whether they answer; by unit of systemd or PID file."
    static let isUsual = false

    /// One process at one moment.
    struct Sample: Codable, Sendable, Hashable {
        var pid: Int32
        var started: Int64
        var ticks: Int64
        /// When its PID file was written, where it has one.
        var written: Double?

        /// Whether it is the same process of the same file: then it stays the one that is meant, whatever the clock was set to since.
        func isSame(as other: Sample) -> Bool { pid == other.pid && started == other.started && written == other.written }
    }

    /// By target.
    typealias Memory = SampleLine<[String: Sample]>
    typealias Window = Result<SampleWindow<[String: Sample]>, SampleGap>

    let deadline: Duration
    private let processes: [ProcessTarget]
    private let systemctl: Systemctl

    init(from section: inout SettingsSection, common: CommonSettings) {
        processes = section.sectionMap("processes", help: "The processes: a name, and how each is found.") {
            ProcessTarget(name: $0, from: &$1)
        }
        systemctl = Systemctl(program: common.systemctl, limit: common.deadline)
        // Units are asked first, then the probes at one time.
        deadline = common.deadline * 2 + DiskReader.reserve
        if processes.isEmpty {
            section.report(
                .error, at: "processes", part: .key, problem: "\(section.place()) names no process",
                fix: "add processes: {bot: {unit: acore_bot.service}}")
        }
    }

    var targets: [String] { processes.map(\.name) }

    func look(_ scene: CheckScene, memory kept: inout SampleLine<[String: Sample]>?) -> [WireEvent.Check] {
        var line = kept ?? SampleLine()
        let window = line.window(in: scene)
        let limit = systemctl.limit
        let probes = processes.map { process -> BoundedCall<Result<ToolAnswer, ToolFailure>>? in
            if process.probe.isEmpty { return nil }
            return .begin { ToolRun(arguments: process.probe, limit: limit).answer() }
        }
        let units = unitStates()
        var samples: [String: Sample] = [:]
        let results = zip(processes, probes).flatMap { process, probe -> [WireEvent.Check] in
            let identity = Result { () throws(ProcessAbsence) in try self.find(process, units, scene, known: line) }
            var results = look(at: process, identity, scene, window, &samples)
            results[0].inputs?["responsive"] = "unknown (no probe is set)"
            if !process.probe.isEmpty { results.append(answer(of: process, probe, &results[0])) }
            return results
        }
        line.add(samples, in: scene)
        kept = line
        return results
    }

    /// A process that was found, and what was learnt on the way.
    private struct Identity {
        let process: FoundProcess
        let age: Double
        let sample: Sample
        var notes: [String] = []
        let inputs: [String: String]
    }

    private func unitStates() -> Result<[String: UnitState], ToolFailure> {
        let units = processes.compactMap(\.unit)
        return systemctl.show(units, UnitState.properties).map { answers in
            Dictionary(zip(units, answers.map { UnitState($0) })) { _, last in last }
        }
    }

    /// - Parameter known: the looks before.
    private func find(
        _ target: ProcessTarget, _ units: Result<[String: UnitState], ToolFailure>, _ scene: CheckScene, known: SampleLine<[String: Sample]>
    ) throws(ProcessAbsence) -> Identity {
        var inputs: [String: String] = [:]
        let pid: Int32
        var file: PIDFile?
        if let unit = target.unit {
            switch units {
            case .failure(let failure): throw .unknown("\(failure)")
            case .success(let states):
                guard let state = states[unit] else { throw .unknown("systemd said nothing of \(unit)") }
                inputs = state.inputs
                guard let main = state.mainPID else {
                    let (own, reason) = state.judgement
                    let text = "\(unit): \(reason ?? "the unit is \(state.active) (\(state.sub)) and has no main process")"
                    throw own == .unknown ? .unknown(text) : .dead(text)
                }
                pid = main
            }
        } else {
            let found = try PIDFile(target.pidFile ?? "")
            (pid, file) = (found.pid, found)
        }
        let lookup = ProcessLookup(root: scene.root)
        let stat = try lookup.stat(of: pid)
        let age = max(0, scene.bootTime.inSeconds - Double(stat.started) / Self.ticks)
        let sample = Sample(pid: stat.pid, started: stat.started, ticks: stat.ticks, written: file?.written)
        let isKnown = known.boot == scene.bootID && known.kept.contains { $0.sample[target.name]?.isSame(as: sample) == true }
        if !isKnown, let reason = file?.strangeness(ofProcessAged: age, at: scene.now, uptime: scene.bootTime.inSeconds) {
            throw .dead(reason)
        }
        var notes: [String] = []
        if let mismatch = lookup.mismatch(stat, target) {
            if mismatch.isCertain { throw .dead("process \(pid) is another one: \(mismatch.reason)") }
            notes.append(mismatch.reason)
        }
        return Identity(process: lookup.found(stat), age: age, sample: sample, notes: notes, inputs: inputs)
    }

    private static var ticks: Double { Double(max(1, sysconf(Int32(_SC_CLK_TCK)))) }

    private func look(
        at target: ProcessTarget, _ identity: Result<Identity, ProcessAbsence>, _ scene: CheckScene, _ window: Window,
        _ samples: inout [String: Sample]
    ) -> [WireEvent.Check] {
        switch identity {
        case .failure(.dead(let reason)): return [WireEvent.Check(Self.name, target.name, is: .critical, reason: reason)]
        case .failure(.hidden(let reason)): return [WireEvent.Check(Self.name, target.name, is: .ok, reason: reason)]
        case .failure(.unknown(let reason)): return [WireEvent.Check(Self.name, target.name, unknown: reason)]
        case .success(let identity):
            samples[target.name] = identity.sample
            return [alive(target, identity, scene), processor(target, identity.sample, window), memory(target, identity.process)]
        }
    }

    private func alive(_ target: ProcessTarget, _ identity: Identity, _ scene: CheckScene) -> WireEvent.Check {
        let stat = identity.process.stat
        var inputs = identity.inputs
        inputs["pid"] = String(stat.pid)
        inputs["command"] = stat.command
        inputs["status"] = stat.state
        inputs["starttime_ticks"] = String(stat.started)
        inputs["ticks_per_second"] = Self.ticks.shortText
        inputs["boottime_s"] = scene.bootTime.inSeconds.shortText
        inputs["create_time"] = (scene.now - identity.age).formatted(.iso8601)
        inputs["rule"] = "uptime: CLOCK_BOOTTIME - starttime of /proc/PID/stat / ticks per second"
        if !identity.notes.isEmpty { inputs["not_compared"] = identity.notes.joined(separator: "; ") }
        var result = WireEvent.Check(Self.name, target.name, value: identity.age, unit: "s", inputs: inputs)
        if stat.state == "T" || stat.state == "t" {
            result.worsen(to: .warning, reason: "process \(stat.pid) is stopped by a signal or a debugger")
        }
        return result
    }

    private func processor(_ target: ProcessTarget, _ now: Sample, _ window: Window) -> WireEvent.Check {
        var inputs = [
            "cpu_ticks": String(now.ticks), "ticks_per_second": Self.ticks.shortText,
            "rule": "100 x difference of utime + stime of /proc/PID/stat / ticks per second / time between the two looks",
        ]
        do throws(SampleGap) {
            let window = try window.get()
            guard let before = window.from[target.name], before.pid == now.pid, before.started == now.started else { throw .first }
            inputs["cpu_ticks_before"] = String(before.ticks)
            guard now.ticks >= before.ticks else { throw .backwards("utime + stime") }
            let value = 100 * Double(now.ticks - before.ticks) / Self.ticks / window.seconds
            var result = WireEvent.Check(Self.name, "\(target.name) cpu", value: value, unit: "%", by: target.cpu, inputs: inputs)
            result.windowSeconds = window.seconds
            return result
        } catch {
            return WireEvent.Check(Self.name, "\(target.name) cpu", unknown: error.reason, inputs: inputs)
        }
    }

    private func memory(_ target: ProcessTarget, _ process: FoundProcess) -> WireEvent.Check {
        guard let memory = process.memory else {
            return WireEvent.Check(Self.name, "\(target.name) memory", unknown: "the memory of process \(process.stat.pid) cannot be read")
        }
        var inputs = ["memory_mb": (Double(memory.bytes) / 1e6).shortText, "source": memory.source, "rule": "resident memory, in bytes"]
        inputs["proportional_bytes"] = process.shared.map { String($0) }
        return WireEvent.Check(
            Self.name, "\(target.name) memory", value: Double(memory.bytes), unit: "bytes", by: target.memory, inputs: inputs)
    }

    /// What the probe says.
    private func answer(
        of target: ProcessTarget, _ probe: BoundedCall<Result<ToolAnswer, ToolFailure>>?, _ alive: inout WireEvent.Check
    ) -> WireEvent.Check {
        let name = "\(target.name) responsive"
        // Its arguments stay where they are, as those of programs: one of them may be a password.
        let inputs = ["probe": target.probe.first ?? "", "rule": "status 0 of the probe is ok, any other is critical"]
        // The probe keeps its own time.
        switch probe?.value(until: .after(systemctl.limit + .seconds(1))) {
        case nil: return WireEvent.Check(Self.name, name, unknown: "the probe could not be started or ended", inputs: inputs)
        case .failure(let failure) where !failure.isStarted:
            // Whether the process answers is not known then, and nothing is restarted for it.
            return WireEvent.Check(Self.name, name, unknown: "\(failure)", inputs: inputs)
        case .failure(let failure):
            alive.inputs?["responsive"] = "no"
            return WireEvent.Check(Self.name, name, is: .critical, reason: "\(failure)", inputs: inputs)
        case .success(let answer):
            alive.inputs?["responsive"] = answer.isFine ? "yes" : "no"
            guard !answer.isFine else { return WireEvent.Check(Self.name, name, is: .ok, inputs: inputs) }
            let end = answer.isKilled ? "ended by signal \(answer.status)" : "ended with status \(answer.status)"
            let words = answer.complaint.map { ": \($0)" } ?? ""
            return WireEvent.Check(Self.name, name, is: .critical, reason: "the probe \(end)\(words)", inputs: inputs)
        }
    }
}
