import FoundationEssentials
import JobKit
package import Ledger
package import Logging
import SchedulerCore

/// Finds what a request tells of other runs.
package struct RunFacts: Sendable {
    /// Names that are looked for, at most: a request is to stay small, and a pass short.
    private static let nameBound = 1_000

    private let opened: @Sendable () throws(LedgerError) -> Ledger
    private let log: Logger

    /// Of a ledger that is open.
    package init(ledger: Ledger, log: Logger) {
        opened = { () throws(LedgerError) in ledger }
        self.log = log
    }

    /// Of a ledger that is opened for reading where facts are asked for.
    package init(stateDirectory: String, log: Logger) {
        opened = { () throws(LedgerError) in try Ledger.openForReading(in: stateDirectory) }
        self.log = log
    }

    /// What is known of the jobs that the settings name.
    /// - Returns: nil when the kind asks for nothing, or nothing can be read, which is logged: a run that does without is better than none.
    func facts(for kind: KindDescription, settings: ConfigNode) -> WireFacts? {
        guard kind.needs.contains(.lastRuns) || kind.needs.contains(.points) else { return nil }
        do throws(LedgerError) {
            return try read(opened(), kind.needs, about: Self.names(in: settings))
        } catch .missing, .noDirectory {
            return WireFacts(lastRuns: [:], points: [:])
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
