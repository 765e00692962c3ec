package import ControlAPI
package import ControlClient
import CronSchedule
import Ledger
import Logging

extension DaemonControl {
    package func audit(limit: Int) async throws(ControlFailure) -> [AuditMessage] {
        do throws(LedgerError) {
            return try ledger.audit(limit: limit).map { entry in
                AuditMessage(
                    number: entry.number ?? 0, at: entry.at.description, uid: entry.uid, user: entry.user, pid: entry.pid, role: entry.role,
                    verb: entry.verb, object: entry.object, detail: entry.detail, result: entry.result)
            }
        } catch {
            throw ControlFailure("the audit cannot be read: \(error.problem)", fix: error.fix)
        }
    }

    package func beginAudit(_ call: AuditedCall) async throws(ControlFailure) -> Int64 {
        try begin(call, detail: call.detail, result: nil)
    }

    package func recordDenial(of call: AuditedCall) async throws(ControlFailure) {
        guard let unrecorded = denials.take(call.peer.uid, elapsed: clock.elapsed()) else { return }
        let more = unrecorded > 0 ? ["\(unrecorded) more were denied before"] : []
        let detail = ([call.detail].filter { !$0.isEmpty } + more).joined(separator: "; ")
        _ = try begin(call, detail: detail, result: "denied")
    }

    private func begin(_ call: AuditedCall, detail: String, result: String?) throws(ControlFailure) -> Int64 {
        let entry = AuditEntry(
            at: clock.now(), uid: call.peer.uid, gid: call.peer.gid, pid: call.peer.pid, user: AccessPolicy.name(of: call.peer.uid),
            role: call.role?.rawValue, verb: call.verb.rawValue, object: call.object, detail: detail, result: result)
        if result != nil { log.warning("\(entry.user ?? "uid \(entry.uid)") was denied \(entry.verb) \((entry.object ?? "").prefix(200))") }
        do throws(LedgerError) {
            return try ledger.beginAudit(entry)
        } catch {
            throw ControlFailure("the call cannot be recorded, so it is not done: \(error.problem)", fix: error.fix)
        }
    }

    package func finishAudit(_ number: Int64, result: String) async {
        do throws(LedgerError) {
            try ledger.finishAudit(number, result: result)
        } catch {
            log.error("what came of call \(number) cannot be recorded: \(error)")
        }
    }
}
