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
            return (changes.isEmpty ? definition : try changed(definition, by: changes), others)
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

    private func changed(_ definition: JobDefinition, by changes: [String]) throws(DaemonError) -> JobDefinition {
        var changed = definition
        var entries = definition.settings.entries ?? []
        for change in changes {
            guard let mark = change.firstIndex(of: "="), mark != change.startIndex else {
                throw DaemonError(
                    "--set \(change) is not of the form name=value", fix: "write for example --set type=full", category: .usage)
            }
            let name = String(change[..<mark])
            entries.removeAll { $0.key == name }
            entries.append(ConfigNode.Entry(key: name, value: ConfigNode(scalar: String(change[change.index(after: mark)...]))))
        }
        changed.settings = ConfigNode(.mapping(entries))
        try check(changed)
        return changed
    }

    private func check(_ definition: JobDefinition) throws(DaemonError) {
        guard let kind = site.catalog[definition.kind] else { return }
        let findings = kind.check(definition.settings, at: ["with"]) + (try site.catalog.check([(definition.kind, definition.settings)]))[0]
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw DaemonError(
                errors.map(\.problem).joined(separator: "\n"), fix: errors.map(\.fix).joined(separator: "; "), category: .usage)
        }
    }
}

extension ConfigNode {
    /// A value from the command line: true or false, a number, else text.
    fileprivate init(scalar text: String) {
        if let flag = Bool(text) {
            self.init(.flag(flag), written: text)
        } else if let integer = Int64(text) {
            self.init(.integer(integer), written: text)
        } else {
            self.init(.text(text))
        }
    }
}
