import JobFiles
package import JobKit
package import SchedulerCore

/// Which job's settings hold for a verb.
package struct VerbJob: Sendable {
    private let kind: String
    /// Where the jobs come from, for messages.
    private let folder: String
    private let shared: SharedRules

    /// - Parameter kinds: what the installed plugins say of themselves.
    package init(kind: String, kinds: [KindDescription], folder: String) {
        self.kind = kind
        self.folder = folder
        shared = SharedRules(kinds: kinds)
    }

    /// - Throws: category usage for a job of another kind.
    package func checked(_ definition: JobDefinition) throws(DaemonError) -> JobDefinition {
        guard definition.kind == kind else {
            throw DaemonError(
                "the job \(definition.name) uses \(definition.kind), not \(kind)", fix: "name a job that uses \(kind) with --job",
                category: .usage)
        }
        return definition
    }

    /// The only job of the kind, or one of several that work on the same thing.
    /// - Throws: category notFound when there is none; usage, with their names, when several could be meant.
    package func only(among definitions: some Sequence<JobDefinition>) throws(DaemonError) -> JobDefinition {
        let jobs = definitions.filter { $0.kind == kind }.sorted { $0.name < $1.name }
        guard let only = jobs.first else {
            throw DaemonError(
                "no job in \(folder) uses \(kind)", fix: "write a job file with uses: \(kind); its settings hold for the verb",
                category: .notFound)
        }
        if jobs.count > 1, let one = shared.representative(of: jobs) { return one }
        guard jobs.count == 1 else {
            throw DaemonError(
                "\(jobs.count) jobs use \(kind): \(jobs.map(\.name).joined(separator: ", "))", fix: "say which: --job \(only.name)",
                category: .usage)
        }
        return only
    }
}
