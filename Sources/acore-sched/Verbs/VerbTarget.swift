import Daemon
import JobFiles
import JobKit
import SchedulerCore

/// The job whose settings hold for a verb.
struct VerbTarget {
    let definition: JobDefinition
    /// The definitions of all jobs.
    let others: [JobDefinition]

    /// - Parameter job: nil for the only job of the kind.
    /// - Throws: category notFound when there is no such job; usage when it is of another kind, or several could be meant.
    init(site: Site, kind: String, job: String?) throws(DaemonError) {
        let choice = VerbJob(kind: kind, kinds: site.catalog.kinds, folder: site.locations.jobsDirectory)
        if let job {
            let (named, all) = try JobLookup(site: site).definition(of: job)
            (definition, others) = (try choice.checked(named), all)
            return
        }
        let set = site.loader().load(directory: site.locations.jobsDirectory, now: Moment.now)
        others = Array(set.definitions.values)
        definition = try choice.only(among: others)
    }
}
