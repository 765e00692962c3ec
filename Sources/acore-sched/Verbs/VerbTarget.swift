import Daemon
import JobFiles
import JobKit
import SchedulerCore

/// The job whose settings a verb works with.
struct VerbTarget {
    let definition: JobDefinition
    /// The definitions of all jobs.
    let others: [JobDefinition]

    /// - Parameter job: nil for the only job of the kind.
    /// - Throws: category notFound when there is no such job; usage when it is of another kind, or several could be meant.
    init(site: Site, kind: String, job: String?) throws(DaemonError) {
        if let job {
            (definition, others) = try JobLookup(site: site).definition(of: job)
            guard definition.kind == kind else {
                throw DaemonError(
                    "the job \(job) uses \(definition.kind), not \(kind)", fix: "name a job that uses \(kind) with --job", category: .usage)
            }
            return
        }
        let set = site.loader().load(directory: site.locations.jobsDirectory, now: Moment.now)
        others = Array(set.definitions.values)
        let names = others.filter { $0.kind == kind }.map(\.name).sorted()
        guard let name = names.first, let only = set.definitions[name] else {
            throw DaemonError(
                "no job in \(site.locations.jobsDirectory) uses \(kind)",
                fix: "write a job file with uses: \(kind); its settings hold for the verb",
                category: .notFound)
        }
        guard names.count == 1 else {
            throw DaemonError(
                "\(names.count) jobs use \(kind): \(names.joined(separator: ", "))", fix: "say which: --job \(name)", category: .usage)
        }
        definition = only
    }
}
