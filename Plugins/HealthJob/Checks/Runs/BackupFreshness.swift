import FoundationEssentials
import JobKit

/// How old the newest good point of a backup is.
struct BackupFreshness: SectionCheck {
    static let name = "backup_freshness"
    static let help = "How old the newest point of a backup is of which nothing is missing."
    static let isUsual = false

    typealias Memory = NoMemory

    /// A backup, and the jobs that make its points.
    private struct Backup: Sendable {
        let name: String
        let jobs: [String]
        let age: AgeLimits
    }

    let deadline: Duration
    private let backups: [Backup]

    init(from section: inout SettingsSection, common: CommonSettings) {
        let help = "The backups by names of your own: acore_bot: {jobs: [backup-full, backup-incremental], warning: 26h, critical: 50h}."
        backups = section.sectionMap("backups", help: help) { name, section in
            let jobs = section.textList(
                "jobs", of: .name, orSingle: true, help: "The jobs that make its points; where it is left out, the job of this name.")
            return Backup(name: name, jobs: jobs.isEmpty ? [name] : jobs, age: AgeLimits(from: &section, default: Self.usual))
        }
        deadline = common.deadline
        if backups.isEmpty {
            section.report(
                .error, at: "backups", problem: "\(section.place()) names no backup",
                fix: "add backups: {NAME: {jobs: [JOB, …]}}, a line for each backup")
        }
    }

    /// One missed night, and two.
    private static let usual = AgeLimits(warning: .seconds(26 * 3600), critical: .seconds(50 * 3600))

    var targets: [String] { backups.map(\.name) }

    func look(_ scene: CheckScene, memory: inout NoMemory?) -> [WireEvent.Check] {
        backups.map { backup in
            guard let points = scene.facts?.points else { return WireEvent.Check(Self.name, backup.name, unknown: AgeLimits.noFacts) }
            let jobs = backup.jobs.joined(separator: ", ")
            let newest = backup.jobs.compactMap { points[$0] }.max { $0.endedAt < $1.endedAt }
            var inputs = ["jobs": jobs, "rule": "the end of the newest run with a point of which nothing is missing or doubtful"]
            guard let newest else {
                return WireEvent.Check(
                    Self.name, backup.name, is: .critical, reason: "no good point of \(jobs) is recorded", inputs: inputs)
            }
            inputs["run"] = newest.run
            inputs["ended_at"] = newest.endedAt.formatted(.iso8601)
            return backup.age.judged(
                Self.name, backup.name, since: newest.endedAt, now: scene.now, what: "the newest good point", inputs: inputs)
        }
    }
}
