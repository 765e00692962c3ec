import FoundationEssentials
import JobKit

/// How other jobs ended last, and how long ago they last ended well.
struct LastRun: SectionCheck {
    static let name = "last_run"
    static let help = "How other jobs ended last, and how long ago they last ended well."
    static let isUsual = false

    typealias Memory = NoMemory

    let deadline: Duration
    private let jobs: [(name: String, age: AgeLimits)]

    init(from section: inout SettingsSection, common: CommonSettings) {
        let help = "The jobs, each with the age of its last success that is too high: cleanup: {warning: 26h}; {} for none."
        jobs = section.sectionMap("jobs", help: help) { job, section in (job, AgeLimits(from: &section)) }
        deadline = common.deadline
        if jobs.isEmpty {
            section.report(
                .error, at: "jobs", problem: "\(section.place()) names no job", fix: "add jobs: {NAME: {}}, a line for each job")
        }
    }

    var targets: [String] { jobs.map(\.name) }

    func look(_ scene: CheckScene, memory: inout NoMemory?) -> [WireEvent.Check] {
        jobs.map { job in
            guard let runs = scene.facts?.lastRuns else { return WireEvent.Check(Self.name, job.name, unknown: AgeLimits.noFacts) }
            guard let run = runs[job.name] else {
                return WireEvent.Check(Self.name, job.name, unknown: "no run of \(job.name) that ended is recorded")
            }
            return result(job.name, run, job.age, now: scene.now)
        }
    }

    private func result(_ job: String, _ run: WireFacts.LastRun, _ age: AgeLimits, now: Date) -> WireEvent.Check {
        var inputs = ["run": run.run, "state": run.state, "ended_at": run.endedAt.formatted(.iso8601), "rule": Self.rule]
        if let success = run.lastSuccessAt { inputs["last_success_at"] = success.formatted(.iso8601) }
        var result = age.judged(Self.name, job, since: run.lastSuccessAt, now: now, what: "its last success", inputs: inputs)
        let said = run.summary.map { ": \(Redaction.line($0, bound: Self.summaryBound))" } ?? ""
        let ended = "its last run \(run.run) ended as \(run.state)\(said)"
        switch run.state {
        case "succeeded": break
        case "warning", "cancelled": result.worsen(to: .warning, reason: ended)
        default: result.worsen(to: .critical, reason: ended)
        }
        return result
    }

    private static let rule =
        "failed, timed_out and interrupted are critical, warning and cancelled a warning; the age is that of the last run that ended as succeeded or warning"
    /// Of what a run said of itself no more is quoted.
    private static let summaryBound = 200
}
