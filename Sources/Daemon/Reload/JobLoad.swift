import Dispatch
import JobFiles
import JobKit
import SchedulerCore

/// Reads the job files and says which jobs are to be in force. It touches neither the scheduler nor the ledger.
struct JobLoad: Sendable {
    private let site: Site
    private let loader: JobFileLoader
    private let lastGood: DefinitionShelf
    private let clock: any LoopClock
    private let watch: JobFileWatch?

    /// What a load found.
    struct Outcome: Sendable {
        var inForce: JobsInForce
        /// What else has to be said, as an error.
        var problems: [String] = []
        /// Whether what is in force may differ from what is kept.
        var isNew = true
        /// The definitions by their files, to be kept.
        var unkept: UnkeptDefinitions?
    }

    /// - Parameter watch: learns which files of variables to watch.
    init(site: Site, state: StateDirectory, clock: any LoopClock, watch: JobFileWatch?) {
        self.watch = watch
        self.site = site
        self.clock = clock
        loader = site.loader(cachePath: "\(state.path)/definitions")
        lastGood = DefinitionShelf(stateDirectory: state.path)
    }

    /// The load at the start of a daemon: a file with an error leaves its job as the daemon before had it.
    func first() -> Outcome {
        next(after: JobsInForce()) { () throws(DaemonError) in try lastGood.read()?.definitions ?? [:] }
    }

    /// A load while jobs are in force. It takes a thread of its own for as long as it takes: the scheduler's threads are few.
    func next(after inForce: JobsInForce) async -> Outcome {
        await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(
                    returning: next(after: inForce) { () throws(DaemonError) in inForce.jobs.mapValues(\.definition) })
            }
        }
    }

    /// Keeps what a load found for the next start, but definitions with secrets.
    func keep(_ outcome: Outcome) throws(DaemonError) {
        let inForce = outcome.inForce
        let kept = inForce.jobs.filter { !inForce.secretive.contains($0.key) }.mapValues(\.definition)
        try lastGood.write(.init(definitions: kept, withheld: inForce.secretive.intersection(inForce.jobs.keys)))
        // Last: without these the next start only takes longer.
        do throws(FileRefusal) {
            try outcome.unkept?.keep()
        } catch {
            throw DaemonError("the definitions of job files cannot be kept: \(error.problem)", fix: error.fix)
        }
    }

    private func next(after inForce: JobsInForce, earlier: () throws(DaemonError) -> [String: JobDefinition]) -> Outcome {
        let set = read()
        let isNew = set.unkept != nil || set.files.contains { !$0.wasKept }
        var outcome = Outcome(inForce: inForce, isNew: isNew, unkept: set.unkept)
        outcome.inForce.findings = set.findings
        outcome.inForce.isFolderReadable = set.isComplete
        // A folder that cannot be read is never "no jobs".
        guard set.isComplete else { return outcome }
        let withErrors = Set(set.files.filter { $0.hasError && set.definitions[$0.name] == nil }.map(\.name))
        var before: [String: JobDefinition] = [:]
        do throws(DaemonError) {
            if !withErrors.isEmpty { before = try earlier().filter { withErrors.contains($0.key) } }
        } catch {
            outcome.problems.append("\(error)")
        }
        let definitions = set.definitions.merging(before) { good, _ in good }
        outcome.inForce.broken = Set(before.keys)
        outcome.inForce.refused = withErrors.subtracting(before.keys)
        let secretive = Set(set.files.filter(\.holdsSecret).compactMap(\.job))
        let (jobs, problems) = site.zones.scheduledJobs(in: definitions, known: inForce.jobs)
        // A job whose timetable cannot be made stays as it was, like one whose file has an error.
        let stuck = inForce.jobs.filter { definitions[$0.key] != nil && jobs[$0.key] == nil }
        outcome.inForce.jobs = stuck.isEmpty ? jobs : jobs.merging(stuck) { first, _ in first }
        outcome.problems += problems
        // What goes on as it was may still hold what it held.
        let asBefore = outcome.inForce.broken.union(stuck.keys)
        outcome.inForce.secretive = secretive.union(inForce.secretive.intersection(asBefore))
        return outcome
    }

    private func read() -> JobFileSet {
        let set = loader.load(directory: site.locations.jobsDirectory, now: clock.now())
        guard let watch else { return set }
        // What was not watched while it was read may have changed since.
        let isNew = watch.follow(set.isComplete ? Set(set.files.compactMap(\.environmentFile)) : nil)
        return isNew ? loader.load(directory: site.locations.jobsDirectory, now: clock.now()) : set
    }
}
