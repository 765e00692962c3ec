import CronSchedule
import Daemon
import JobFiles
import JobKit
import Ledger
import SchedulerCore

/// What the reading verbs look at: the job files as they are now, and what the ledger says of their jobs.
struct JobBook {
    let site: Site
    let records: Records
    /// The moment of the look.
    let now: Instant
    /// Files, definitions and findings.
    let files: JobFileSet
    /// Why the last good definitions of files with errors are not known.
    let lastGoodProblem: DaemonError?
    private let lastGood: [String: JobDefinition]
    private let cursors: [String: JobCursor]

    init(_ global: GlobalOptions) throws(DaemonError) {
        site = try Site(locations: global.locations)
        now = Moment.now
        files = site.loader().load(directory: site.locations.jobsDirectory, now: now)
        records = try Records(stateDirectory: site.locations.stateDirectory)
        let known = try records.read { ledger throws(LedgerError) in try ledger.cursors() } ?? []
        cursors = Dictionary(known.map { ($0.job, $0) }, uniquingKeysWith: { first, _ in first })
        (lastGood, lastGoodProblem) = Self.lastGood(files, in: site)
    }

    /// The definitions that a daemon goes by where files have errors.
    private static func lastGood(_ files: JobFileSet, in site: Site) -> ([String: JobDefinition], DaemonError?) {
        let broken = Set(files.files.compactMap(\.job).filter { files.definitions[$0] == nil })
        guard !broken.isEmpty else { return ([:], nil) }
        do throws(DaemonError) {
            let kept = try DefinitionShelf(stateDirectory: site.locations.stateDirectory).read()?.definitions ?? [:]
            return (kept.filter { broken.contains($0.key) }, nil)
        } catch {
            return ([:], error)
        }
    }

    /// The process that runs jobs by this state directory; nil when none does.
    var daemon: Int32? { StateLock.holder(of: site.locations.stateDirectory) }

    /// Why the folder could not be read; nil when it was. Without it nobody knows which jobs there are.
    var folderTrouble: DaemonError? {
        guard !files.isComplete, let error = files.findings.first(where: { $0.severity == .error }) else { return nil }
        return DaemonError("\(error.file): \(error.problem)", fix: error.fix, category: .refused)
    }

    /// All jobs that have a file, in the order of their names.
    /// - Throws: category refused when the folder cannot be read.
    func entries() throws(DaemonError) -> [JobEntry] {
        if let folderTrouble { throw folderTrouble }
        var entries: [JobEntry] = []
        for file in files.files { entries.append(try entry(for: file)) }
        return entries.sorted { $0.name < $1.name }
    }

    /// The job of this name.
    /// - Throws: category notFound for an unknown one, with the name that was probably meant.
    func entry(named name: String) throws(DaemonError) -> JobEntry {
        if let file = files.files.first(where: { $0.job == name }) { return try entry(for: file) }
        throw unknown(name)
    }

    /// The job of this name, with a file without errors.
    /// - Parameter orLastGood: a definition that is in force in place of the file does, too.
    /// - Throws: category notFound for an unknown one, usage with all findings for a file with errors.
    func readable(_ name: String, orLastGood: Bool = false) throws(DaemonError) -> JobEntry {
        let entry = try entry(named: name)
        guard (orLastGood ? entry.inForce : entry.job) == nil else { return entry }
        throw DaemonError(entry.findings.map { $0.rendered() }.joined(separator: "\n"), fix: "correct \(entry.file)", category: .usage)
    }

    /// The error for a name that no job has; that of the folder where it cannot be read.
    /// - Parameter others: further names that could have been meant.
    func unknown(_ name: String, others: [String] = []) -> DaemonError {
        if let folderTrouble { return folderTrouble }
        let near = Suggestion.nearest(to: name, among: (files.files.compactMap(\.job) + others).sorted())
        return DaemonError(
            "there is no job named \(EventText.harmless(name)) in \(site.locations.jobsDirectory)",
            fix: near.map { "did you mean \($0)?" } ?? "see acore-sched list, or name another folder with --jobs-dir", category: .notFound)
    }

    /// The zone of a job; the machine's own for one without a file.
    func zone(of job: String) throws(DaemonError) -> any TimeZoneRules {
        try zone(named: files.definitions[job]?.timing.timezone)
    }

    private func zone(named name: String?) throws(DaemonError) -> any TimeZoneRules {
        do throws(TimeZoneError) {
            return try site.zones.zone(name)
        } catch {
            throw DaemonError(error.message, fix: error.fix)
        }
    }

    private func entry(for file: JobFileRecord) throws(DaemonError) -> JobEntry {
        // A file whose name is none for a job is listed by that name, with what is wrong.
        let name = file.name
        let findings = files.findings.filter { $0.file == file.path }
        let job = try file.job.flatMap { files.definitions[$0] }.map { definition throws(DaemonError) in try scheduled(definition) }
        let kept = try lastGood[name].map { definition throws(DaemonError) in try scheduled(definition) }
        return JobEntry(name: name, file: file.path, findings: findings, job: job, lastGood: kept, cursor: cursors[name])
    }

    /// A definition with its timetable.
    func scheduled(_ definition: JobDefinition) throws(DaemonError) -> ScheduledJob {
        let zone = try zone(named: definition.timing.timezone)
        do throws(CronSyntaxError) {
            return try ScheduledJob(definition: definition, zone: zone)
        } catch {
            // Loading has parsed each schedule already: the same text is not refused now.
            throw DaemonError("the schedule of \(definition.name) cannot be read: \(error.message)", fix: error.fix, category: .usage)
        }
    }
}
