package import CronSchedule
import FoundationEssentials
import Glibc
package import JobKit
package import SchedulerCore

/// Turns job files into definitions, and says all that is wrong with them.
///
/// A file with an error gives no definition and leaves all others alone. A loader holds no state between loads.
package struct JobFileLoader: Sendable {
    /// Asks plugins about rules across their settings, once a load: for each section what is wrong with it, paths beginning below `with`.
    package typealias CrossCheck = @Sendable ([(kind: String, settings: ConfigNode)]) -> [[Finding]]

    private let kinds: [KindDescription]
    private let brokenKinds: [String: BrokenKind]
    private let environment: [String: String]
    private let privileged: Bool
    private let currentUser: String
    private let standardHistory: HistoryRule
    private let cachePath: String?
    private let crossCheck: CrossCheck

    /// - Parameters:
    ///   - kinds: what the installed plugins say of themselves.
    ///   - brokenKinds: kinds whose plugins cannot be used, by the word after `uses:`.
    ///   - environment: the daemon's own variables, for `${NAME}`.
    ///   - privileged: whether the daemon runs as root; then files that others may write are refused.
    ///   - currentUser: the daemon's user, whom `run_as` may always name.
    ///   - standardHistory: for jobs that say nothing of their history.
    ///   - cachePath: where definitions are kept for the next start; nil for nowhere.
    package init(
        kinds: [KindDescription], brokenKinds: [String: BrokenKind] = [:], environment: [String: String], privileged: Bool,
        currentUser: String,
        standardHistory: HistoryRule = HistoryRule(), cachePath: String? = nil,
        crossCheck: @escaping CrossCheck = { sections in sections.map { _ in [] } }
    ) {
        self.kinds = kinds
        self.brokenKinds = brokenKinds
        self.environment = environment
        self.privileged = privileged
        self.currentUser = currentUser
        self.standardHistory = standardHistory
        self.cachePath = cachePath
        self.crossCheck = crossCheck
    }

    /// Loads all job files of a folder.
    /// - Parameter now: the present, for warnings about schedules that have no further moment.
    package func load(directory: String, now: Instant) -> JobFileSet {
        var gathering = Gathering(privileged: privileged)
        gathering.addFolder(directory)
        return load(gathering, now: now, cachePath: cachePath)
    }

    /// Loads files and folders as they are named.
    package func load(paths: [String], now: Instant) -> JobFileSet {
        var gathering = Gathering(privileged: privileged)
        for path in paths { gathering.add(path) }
        return load(gathering, now: now, cachePath: nil)
    }

    /// Reads the text of a file that is not saved yet. Jobs that its `after` names are not looked for.
    package func load(text: String, name: String, now: Instant) -> JobFileSet {
        let file = reader(now: now).read(bytes: Array(text.utf8), path: "\(name).yaml", name: name)
        var checks = FileSetChecks(files: [file]) { _ in file }
        checks.ask(crossCheck)
        return JobFileSet(checks.files)
    }

    private func reader(now: Instant) -> JobFileReader {
        let rules = JobRules(
            kinds: kinds, brokenKinds: brokenKinds, privileged: privileged, currentUser: currentUser, standardHistory: standardHistory,
            machineZone: machineZone, now: now)
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

    private func load(_ gathering: Gathering, now: Instant, cachePath: String?) -> JobFileSet {
        let reader = reader(now: now)
        let keeping = cachePath.flatMap { path in circumstances(zone: reader.rules.machineZone).map { (path: path, circumstances: $0) } }
        let cache = keeping.map { DefinitionCache.open(path: $0.path, circumstances: $0.circumstances) } ?? DefinitionCache()
        let source = FileSource(reader: reader, cache: cache)
        let candidates = gathering.candidates
        var checks = FileSetChecks(files: mapInParallel(candidates) { source.read($0) }) { source.readAnew(candidates[$0]) }
        checks.ask(crossCheck)
        // What the checks below find depends on other files, and is looked for at each load.
        let unkept = keeping.flatMap {
            newDefinitions(of: checks.files, beside: cache, path: $0.path, circumstances: $0.circumstances, now: now)
        }
        checks.checkAfter(known: gathering.names)
        checks.checkShared(SharedRules(kinds: kinds))
        var set = JobFileSet(checks.files)
        set.findings = (set.findings + gathering.findings).sorted()
        set.files = (set.files + gathering.refused).sorted { $0.path < $1.path }
        set.isComplete = gathering.isComplete
        set.unkept = unkept
        return set
    }

    /// A hash of all but the files that definitions depend on; nil when it cannot be had, and then nothing is kept.
    private func circumstances(zone: SystemTimeZone) -> UInt64? {
        var hash = Checksum()
        do {
            let encoded = try WireCoding.encoder().encode(kinds)
            Array(encoded).withUnsafeBytes { hash.combine($0) }
        } catch {
            return nil
        }
        hash.combine("\(privileged) \(currentUser) \(zone.identifier) \(standardHistory.keep) \(standardHistory.maxAge)")
        return hash.value
    }

    /// The definitions of this load; nil when all of them were kept before.
    private func newDefinitions(
        of files: [ReadFile], beside cache: DefinitionCache, path: String, circumstances: UInt64, now: Instant
    ) -> UnkeptDefinitions? {
        let good = files.indices.filter { files[$0].isFitToKeep }
        guard cache.count != good.count || good.contains(where: { !files[$0].wasKept }) else { return nil }
        return UnkeptDefinitions(path: path, circumstances: circumstances, environment: environment, now: now, files: files)
    }
}
