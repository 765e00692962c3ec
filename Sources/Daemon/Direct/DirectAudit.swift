import ControlAPI
import ControlClient
import CronSchedule
import Glibc
import JobKit
import Ledger
import Logging
import SchedulerCore

/// The audit of what the command line does itself while no daemon has the state directory.
struct DirectAudit {
    let ledger: Ledger
    let at: Instant
    let log: Logger

    /// What somebody asks for.
    struct Wish {
        let job: JobDefinition
        let dryRun: Bool
        /// Of settings, `name=value`.
        let changes: [String]
        let call: VerbRequest?

        var verb: ControlVerb { call != nil ? .actingVerb : changes.isEmpty ? .runNow : .runNowSet }

        var object: String { call.map { "\(job.kind) \($0.verb.name)" } ?? job.name }

        /// Names of settings only: their values may be secrets.
        var detail: String {
            var parts = ["without a daemon"]
            if call != nil { parts.append("job \(job.name)") }
            if dryRun { parts.append("dry run") }
            if !changes.isEmpty { parts.append("set \(AuditedCall.names(of: changes))") }
            return parts.joined(separator: "; ")
        }
    }

    /// Does something that has its row before, and what came of it in it afterwards.
    func recording<Value>(_ wish: Wish, _ body: () throws(DaemonError) -> Value) throws(DaemonError) -> Value {
        try recording(wish.verb, on: wish.object, detail: wish.detail, body)
    }

    /// Does something that has its row before, and what came of it in it afterwards.
    func recording<Value>(
        _ verb: ControlVerb, on object: String, detail: String, _ body: () throws(DaemonError) -> Value
    ) throws(DaemonError) -> Value {
        let number = try begin(verb, on: object, detail: detail)
        do throws(DaemonError) {
            let value = try body()
            finish(number, "done")
            return value
        } catch {
            let failure = ControlFailure(error)
            finish(number, "\(failure.category.rawValue): \(failure.problem)")
            throw error
        }
    }

    private func begin(_ verb: ControlVerb, on object: String, detail: String) throws(DaemonError) -> Int64 {
        let user = AccessPolicy.name(of: getuid())
        let entry = AuditEntry(
            at: at, uid: getuid(), gid: getgid(), pid: getpid(), user: user, role: ControlRole.admin.rawValue, verb: verb.rawValue,
            object: object, detail: detail)
        do throws(LedgerError) {
            return try ledger.beginAudit(entry)
        } catch {
            throw DaemonError("the call cannot be recorded, so it is not done: \(error.problem)", fix: error.fix)
        }
    }

    private func finish(_ number: Int64, _ result: String) {
        do throws(LedgerError) {
            try ledger.finishAudit(number, result: result)
        } catch {
            log.error("what came of call \(number) cannot be recorded: \(error)")
        }
    }
}
