package import CronSchedule
import Glibc
package import JobKit
import SchedulerCore

/// Turns job files into definitions, and says all that is wrong with them.
///
/// A file with an error gives no definition and leaves all others alone. A loader holds no state between loads.
package struct JobFileLoader: Sendable {
    /// Asks plugins about rules across their settings, once a load: for each section what is wrong with it, paths beginning below `with`.
    package typealias CrossCheck = @Sendable ([(kind: String, settings: ConfigNode)]) -> [[Finding]]

    private let kinds: [KindDescription]
    private let environment: [String: String]
    private let privileged: Bool
    private let currentUser: String
    private let crossCheck: CrossCheck

    /// - Parameters:
    ///   - kinds: what the installed plugins say of themselves.
    ///   - environment: the daemon's own variables, for `${NAME}`.
    ///   - privileged: whether the daemon runs as root; then files that others may write are refused.
    ///   - currentUser: the daemon's user, whom `run_as` may always name.
    ///   - cachePath: where definitions are kept for the next start; nil for nowhere.
    package init(
        kinds: [KindDescription], environment: [String: String], privileged: Bool, currentUser: String, cachePath: String? = nil,
        crossCheck: @escaping CrossCheck = { sections in sections.map { _ in [] } }
    ) {
        self.kinds = kinds
        self.environment = environment
        self.privileged = privileged
        self.currentUser = currentUser
        self.crossCheck = crossCheck
    }

    /// Loads all job files of a folder.
    /// - Parameter now: the present, for warnings about schedules that have no further moment.
    package func load(directory: String, now: Instant) -> JobFileSet {
        var gathering = Gathering(privileged: privileged)
        gathering.addFolder(directory)
        return load(gathering, now: now)
    }

    /// Loads files and folders as they are named.
    package func load(paths: [String], now: Instant) -> JobFileSet {
        var gathering = Gathering(privileged: privileged)
        for path in paths { gathering.add(path) }
        return load(gathering, now: now)
    }

    /// Reads the text of a file that is not saved yet. Jobs that its `after` names are not looked for.
    package func load(text: String, name: String, now: Instant) -> JobFileSet {
        let file = reader(now: now).read(bytes: Array(text.utf8), path: "\(name).yaml", name: name)
        var set = JobFileSet()
        finish([file], known: nil, into: &set)
        return set
    }

    private func reader(now: Instant) -> JobFileReader {
        let rules = JobRules(
            kinds: Dictionary(kinds.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first }), privileged: privileged,
            currentUser: currentUser, machineZone: machineZone, now: now)
        return JobFileReader(rules: rules, environment: environment)
    }

    /// The machine's zone; UTC when it cannot be told, which whoever computes the slots reports.
    private var machineZone: SystemTimeZone {
        do {
            return try SystemTimeZone.machine(tz: environment["TZ"])
        } catch {
            return .utc
        }
    }

    private func load(_ gathering: Gathering, now: Instant) -> JobFileSet {
        let reader = reader(now: now)
        let privileged = privileged
        let files = mapInParallel(gathering.candidates) { Self.read($0, with: reader, privileged: privileged) }
        var set = JobFileSet()
        set.findings = gathering.findings
        set.files = gathering.refused
        set.isComplete = gathering.isComplete
        finish(files, known: gathering.names, into: &set)
        set.files.sort { $0.path < $1.path }
        return set
    }

    private static func read(_ candidate: Candidate, with reader: JobFileReader, privileged: Bool) -> ReadFile {
        do throws(FileRefusal) {
            let file = try OpenedFile.open(candidate.file, in: candidate.folder.descriptor)
            if privileged, let complaint = AccessRules.complaint(about: file.status, path: candidate.path) { throw complaint }
            return reader.read(file, path: candidate.path, name: candidate.job)
        } catch {
            var result = ReadFile(path: candidate.path, name: candidate.job)
            result.bare = [FileFinding(file: candidate.path, problem: "the file is refused: \(error.problem)", fix: error.fix)]
            return result
        }
    }

    /// The checks that need all files, then the results.
    /// - Parameter known: names of all jobs; nil when the others are not known.
    private func finish(_ files: [ReadFile], known: Set<String>?, into set: inout JobFileSet) {
        var files = files
        askPlugins(about: &files)
        if let known { checkAfter(of: &files, known: known) }
        for file in files {
            set.findings += file.findings
            if let definition = file.definition, set.definitions[file.name] == nil { set.definitions[file.name] = definition }
            set.files.append(
                JobFileRecord(path: file.path, job: file.name, identity: file.identity, hasError: file.hasError, wasKept: false))
        }
        set.findings.sort()
    }

    private func askPlugins(about files: inout [ReadFile]) {
        let asked = files.indices.filter { files[$0].definition != nil }
        let sections = asked.compactMap { index in files[index].definition.map { (kind: $0.kind, settings: $0.settings) } }
        guard !sections.isEmpty else { return }
        for (index, findings) in zip(asked, crossCheck(sections)) {
            files[index].add(
                findings.map { finding in
                    var placed = finding
                    placed.path = ["with"] + finding.path
                    return placed
                })
        }
    }

    private func checkAfter(of files: inout [ReadFile], known: Set<String>) {
        let definitions = files.compactMap(\.draft).filter { !$0.after.isEmpty }
        guard !definitions.isEmpty else { return }
        let rules = AfterRules(
            known: known, definitions: Dictionary(definitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
        let found = rules.findings()
        for index in files.indices { files[index].add(found[files[index].name] ?? []) }
    }
}
