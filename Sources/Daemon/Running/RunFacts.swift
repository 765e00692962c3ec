import CronSchedule
import FoundationEssentials
import JobKit
package import Ledger
package import Logging
package import Runner
import SchedulerCore

/// Finds what a request tells of other runs.
package struct RunFacts: Sendable {
    /// Names that are looked for, at most: a request is to stay small, and a pass short.
    private static let nameBound = 1_000

    /// Marks of maintenance that are told, at most.
    private static let markBound = 1_000

    private let opened: @Sendable () throws(LedgerError) -> Ledger
    private let marks: MaintenanceWatch
    /// Kinds that run a program, which speaks no wire and marks nothing.
    private let programs: Set<String>
    private let log: Logger

    /// Of a ledger that is open.
    package init(ledger: Ledger, marks: MaintenanceWatch, catalog: KindCatalog, log: Logger) {
        opened = { () throws(LedgerError) in ledger }
        self.marks = marks
        programs = Set(catalog.programRoles.keys)
        self.log = log
    }

    /// Of a ledger that is opened for reading where facts are asked for.
    package init(stateDirectory: String, runner: Runner, catalog: KindCatalog, log: Logger) {
        opened = { () throws(LedgerError) in try Ledger.openForReading(in: stateDirectory) }
        marks = MaintenanceWatch(runner: runner, log: log)
        programs = Set(catalog.programRoles.keys)
        self.log = log
    }

    /// What is known of the jobs that the settings name, and of the units that runs work on.
    /// - Parameters:
    ///   - run: whose request it is; what it marks itself is not told.
    ///   - now: marks that end earlier are over.
    /// - Returns: nil when the kind asks for nothing, or nothing can be read, which is logged: a run that does without is better than none.
    func facts(for kind: KindDescription, settings: ConfigNode, of run: RunID, now: Instant) -> WireFacts? {
        guard !kind.needs.isEmpty else { return nil }
        do throws(LedgerError) {
            let ledger = try opened()
            var facts = try read(ledger, kind.needs, about: Self.names(in: settings))
            if kind.needs.contains(.maintenance) { facts.maintenance = try maintenance(ledger, besides: run, now: now) }
            return facts
        } catch .missing, .noDirectory {
            // Nothing has ever run here.
            return WireFacts(
                lastRuns: kind.needs.contains(.lastRuns) ? [:] : nil, points: kind.needs.contains(.points) ? [:] : nil,
                maintenance: kind.needs.contains(.maintenance) ? [] : nil)
        } catch {
            log.warning("a run is not told of others: \(error.problem); fix: \(error.fix)", metadata: ["kind": "\(kind.kind)"])
            return nil
        }
    }

    private func read(_ ledger: Ledger, _ needs: [KindDescription.Need], about names: [String]) throws(LedgerError) -> WireFacts {
        var facts = WireFacts()
        if needs.contains(.lastRuns) {
            let successes = try ledger.lastSuccess(of: names)
            facts.lastRuns = try ledger.lastEnded(of: names).compactMapValues { run in
                run.endedAt.map { endedAt in
                    WireFacts.LastRun(
                        run: run.id.rawValue, state: run.state.rawValue, endedAt: Date(endedAt), summary: run.ending?.summary,
                        lastSuccessAt: successes[run.job].map { Date($0) })
                }
            }
        }
        if needs.contains(.points) {
            facts.points = try ledger.last(withNumber: WireFacts.goodPoints, of: names).compactMapValues { run in
                run.endedAt.map { WireFacts.Point(run: run.id.rawValue, endedAt: Date($0)) }
            }
        }
        return facts
    }

    /// The units that runs work on now.
    /// - Returns: nil, and why in the log, when that is not known whole: a unit that is not told of would be taken for one that nobody works on.
    private func maintenance(_ ledger: Ledger, besides own: RunID, now: Instant) throws(LedgerError) -> [WireFacts.Maintenance]? {
        let open = try ledger.unendedRuns().filter { $0.state.isLive && !programs.contains($0.kind) }
        // The own run is read along: the watch forgets runs that it is not asked about.
        let found = marks.marks(of: marks.live(among: open.map(\.id)))
        let lasting = found.all.filter { $0.run != own && $0.maintenance.until > now }
        if let run = found.doubtful.first(where: { $0 != own }) {
            log.warning("a run is not told which units are worked on: the marks of run \(run) are not known whole", metadata: .about(own))
            return nil
        }
        guard lasting.count <= Self.markBound else {
            log.warning("a run is not told which units are worked on: they are more than \(Self.markBound)", metadata: .about(own))
            return nil
        }
        return lasting.map {
            WireFacts.Maintenance(unit: $0.maintenance.unit, until: Date($0.maintenance.until), run: $0.run.rawValue)
        }
    }

    /// Texts and keys of the settings that may be names of jobs.
    private static func names(in settings: ConfigNode) -> [String] {
        var names: Set<String> = []
        func take(_ text: String) {
            if names.count < nameBound, SettingType.TextForm.name.complaint(about: text) == nil { names.insert(text) }
        }
        func walk(_ node: ConfigNode) {
            switch node.value {
            case .text(let text): take(text)
            case .list(let nodes): nodes.forEach(walk)
            case .mapping(let entries):
                for entry in entries {
                    take(entry.key)
                    walk(entry.value)
                }
            case .null, .flag, .integer, .number: break
            }
        }
        walk(settings)
        return names.sorted()
    }
}
