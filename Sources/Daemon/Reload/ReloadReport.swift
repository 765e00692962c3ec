package import CronSchedule
package import JobFiles

/// What a look at all job files came to.
package struct ReloadReport: Sendable {
    /// Jobs that are new, changed, and gone: their names, in order.
    package internal(set) var added: [String] = []
    package internal(set) var changed: [String] = []
    package internal(set) var removed: [String] = []
    /// Jobs that go on as they were, since their files have errors.
    package internal(set) var broken: [String] = []
    /// Files with errors of which no good definition is known: they are no jobs.
    package internal(set) var refused: [String] = []
    /// How many jobs stay as they are.
    package internal(set) var unchanged = 0
    /// All findings of all files.
    package internal(set) var findings: [FileFinding] = []
    /// Whether the folder could be read; if not, everything stays as it was.
    package internal(set) var isFolderReadable = true
    package internal(set) var duration = Duration.zero
    /// The next starts of new and changed jobs, of at most ``mostTold``.
    package internal(set) var upcoming: [String: [Instant]] = [:]

    /// Jobs that are told one by one; the others are counted.
    package static let mostTold = 20
    /// Starts that are told of each.
    package static let startsTold = 3

    package init() {}

    package var changesNothing: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// For example `2 added, 1 changed, 0 removed, 7 unchanged, 1 with errors and kept as it was`.
    package var summary: String {
        let kept = broken.isEmpty ? "" : ", \(broken.count) with errors and kept as \(broken.count == 1 ? "it was" : "they were")"
        let none = refused.isEmpty ? "" : ", \(refused.count) with errors and no \(refused.count == 1 ? "job" : "jobs")"
        return "\(added.count) added, \(changed.count) changed, \(removed.count) removed, \(unchanged) unchanged\(kept)\(none)"
    }
}
