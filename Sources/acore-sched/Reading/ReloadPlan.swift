import Daemon
import JobFiles
import JobKit
import SchedulerCore

/// What a reload of the job files would change: the files as they are now, beside the definitions that the daemon has in force, or had
/// when it ended.
struct ReloadPlan {
    /// A job whose file says something else now.
    struct Change {
        let job: String
        /// The keys that differ.
        let keys: [KeyChange]
        /// Its next start as it is in force, and as it would be; nil for none.
        let before: UpcomingSlot?
        let next: UpcomingSlot?
    }

    /// One key of a definition, before and after; nil where it is not there.
    struct KeyChange: Encodable, Equatable {
        let key: String
        let before: String?
        let after: String?
    }

    /// A file with errors.
    struct Broken {
        let job: String
        /// `file:line: problem` of its first error.
        let problem: String
        /// Whether the job goes on as it was; else there is none until the file is corrected.
        let isInForce: Bool
    }

    let added: [(job: String, next: UpcomingSlot?)]
    let changed: [Change]
    let removed: [String]
    let broken: [Broken]
    /// Jobs in force that cannot be compared: their definitions hold what looks like a secret, and are not kept.
    let withheld: [String]
    let unchanged: Int

    /// - Throws: category refused when the folder cannot be read: a reload would change nothing then.
    init(_ book: JobBook) throws(DaemonError) {
        guard book.files.isComplete else {
            let problems = book.files.findings.filter { $0.severity == .error }.map { $0.rendered() }
            throw DaemonError(
                problems.joined(separator: "\n"), fix: "make the folder readable; until then a reload changes nothing", category: .refused)
        }
        let kept = try DefinitionShelf(stateDirectory: book.site.locations.stateDirectory).read() ?? .init()
        var inForce: [String: ScheduledJob] = [:]
        for (name, definition) in kept.definitions { inForce[name] = try book.scheduled(definition) }
        let entries = try book.entries()
        var jobs: [String: ScheduledJob] = [:]
        for entry in entries where !kept.withheld.contains(entry.name) { jobs[entry.name] = entry.job ?? inForce[entry.name] }
        let changes = JobChanges(from: inForce, to: jobs)
        let now = book.now
        let cursors = Dictionary(entries.map { ($0.name, $0.cursor) }, uniquingKeysWith: { first, _ in first })
        let next = { (job: ScheduledJob) throws(DaemonError) -> UpcomingSlot? in
            var slots = try UpcomingSlots(job, cursor: cursors[job.definition.name] ?? nil, now: now)
            return try slots.next()
        }
        added = try changes.added.map { job throws(DaemonError) in (job.definition.name, try next(job)) }
        changed = try changes.changed.map { job throws(DaemonError) in
            let name = job.definition.name
            let before = inForce[name]
            return Change(
                job: name, keys: Self.keys(from: before?.definition, to: job.definition, catalog: book.site.catalog),
                before: try before.flatMap { job throws(DaemonError) in try next(job) }, next: try next(job))
        }
        let files = Set(entries.map(\.name))
        removed = (changes.removed + kept.withheld.subtracting(files)).sorted()
        broken = entries.filter { $0.job == nil }.map { entry in
            let isInForce = inForce[entry.name] != nil || kept.withheld.contains(entry.name)
            return Broken(job: entry.name, problem: entry.problem ?? "it cannot be read", isInForce: isInForce)
        }
        let isBroken = Set(broken.map(\.job))
        withheld = kept.withheld.intersection(files).subtracting(isBroken).sorted()
        unchanged = changes.unchanged - broken.count { inForce[$0.job] != nil }
    }

    /// The keys whose values differ, in the order of the reference page.
    private static func keys(from before: JobDefinition?, to after: JobDefinition, catalog: KindCatalog) -> [KeyChange] {
        guard let before else { return [] }
        let (old, new) = (lines(of: before, catalog: catalog), lines(of: after, catalog: catalog))
        let oldTexts = Dictionary(old.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let newTexts = Dictionary(new.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let gone = old.filter { newTexts[$0.key] == nil }
        return (new + gone).compactMap { line in
            let (before, after) = (oldTexts[line.key], newTexts[line.key])
            guard before?.value != after?.value else { return nil }
            return KeyChange(
                key: line.key, before: before.map { SettingText.inline($0.value) }, after: after.map { SettingText.inline($0.value) })
        }
    }

    private static func lines(of definition: JobDefinition, catalog: KindCatalog) -> [DefinitionLine] {
        definition.lines
            + definition.settingLines(of: catalog[definition.kind]).map {
                DefinitionLine("with.\($0.key)", $0.value, isDefault: $0.isDefault)
            }
    }
}
