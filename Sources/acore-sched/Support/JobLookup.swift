import CronSchedule
import Daemon
import Foundation
import JobFiles
import JobKit
import SchedulerCore

/// Finds the definition of one job, with what is wrong in its file said in full.
struct JobLookup {
    let site: Site

    /// - Parameter changes: `name=value`, each for a setting below `with:`; the value is read as YAML.
    /// - Throws: category notFound for an unknown job, usage for a file with errors.
    /// - Returns: the job's definition, and those of all jobs as their files say.
    func definition(
        of job: String, changing changes: [String] = []
    ) throws(DaemonError) -> (definition: JobDefinition, others: [JobDefinition]) {
        let now = Moment.now
        let set = site.loader().load(directory: site.locations.jobsDirectory, now: now)
        if let definition = set.definitions[job] {
            let others = Array(set.definitions.values)
            return (try SettingChanges(catalog: site.catalog).applied(changes, to: definition), others)
        }
        guard let record = set.files.first(where: { $0.job == job }) else {
            if let trouble = set.findings.first(where: { !set.isComplete && $0.severity == .error }) {
                throw DaemonError(trouble.problem, fix: trouble.fix, category: .refused)
            }
            let near = Suggestion.nearest(to: job, among: set.definitions.keys.sorted())
            throw DaemonError(
                "there is no job named \(job) in \(site.locations.jobsDirectory)",
                fix: near.map { "did you mean \($0)?" } ?? "see acore-sched list, or name another folder with --jobs-dir",
                category: .notFound)
        }
        let findings = set.findings.filter { $0.file == record.path }.map { $0.rendered() }
        throw DaemonError(findings.joined(separator: "\n"), fix: "correct \(record.path)", category: .usage)
    }
}
