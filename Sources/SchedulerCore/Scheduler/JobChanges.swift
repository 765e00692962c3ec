/// What a change of the files does to the jobs in force. Jobs that it does not name are left alone.
package struct JobChanges: Sendable {
    /// Jobs that had no file before, in the order of their names.
    package private(set) var added: [ScheduledJob] = []
    /// Jobs whose file says something else now, in the order of their names.
    package private(set) var changed: [ScheduledJob] = []
    /// Names of jobs that have no file any more, in order.
    package private(set) var removed: [String] = []
    /// How many jobs stay as they are.
    package private(set) var unchanged = 0

    /// The way from the jobs in force to `jobs`.
    package init(from inForce: [String: ScheduledJob], to jobs: [String: ScheduledJob]) {
        for (name, job) in jobs {
            if let before = inForce[name] {
                if before.isSame(as: job) { unchanged += 1 } else { changed.append(job) }
            } else {
                added.append(job)
            }
        }
        removed = inForce.keys.filter { jobs[$0] == nil }.sorted()
        added.sort { $0.definition.name < $1.definition.name }
        changed.sort { $0.definition.name < $1.definition.name }
    }

    package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// Jobs to put in force, in the order of their names.
    package var placed: [ScheduledJob] { (added + changed).sorted { $0.definition.name < $1.definition.name } }
}
