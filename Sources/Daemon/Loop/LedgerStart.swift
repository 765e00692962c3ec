import Dispatch
import Ledger
import Logging
import SchedulerCore

/// The first steps of a daemon with its ledger: opens it, and begins with what it holds.
struct LedgerStart: Sendable {
    let state: StateDirectory
    let clock: SystemLoopClock
    let log: Logger

    /// A ledger, and what opening it had to do.
    struct Opened: Sendable {
        let ledger: Ledger
        let notice: LedgerNotice?
    }

    func open() throws(DaemonError) -> Opened {
        do throws(LedgerError) {
            return tell(try Ledger.open(in: state.path, now: clock.now()))
        } catch {
            throw DaemonError(error)
        }
    }

    /// Opens it on a thread that is none of those for computing: it mostly waits for the disk.
    func openOnItsOwnThread() async -> Result<Opened, DaemonError> {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "ledger").async {
                continuation.resume(returning: Result { () throws(DaemonError) in try open() })
            }
        }
    }

    /// Begins a loop with `jobs` on the ledger. Damage may show only now, since opening reads little: that ledger is set aside as
    /// one that opens as damaged is, and the loop begins on a new one.
    /// - Parameter makeLoop: a loop over a ledger, not begun.
    func begin(
        _ opened: Opened, with jobs: [ScheduledJob], makeLoop: (Ledger) throws(LedgerError) -> SchedulerLoop
    ) async throws(DaemonError) -> (ledger: Ledger, loop: SchedulerLoop) {
        do throws(LedgerError) {
            return try await begin(opened, with: jobs, makeLoop)
        } catch .damaged(_, let reason) {
            let anew = try replace(opened.ledger, because: reason)
            do throws(LedgerError) {
                return try await begin(anew, with: jobs, makeLoop)
            } catch {
                throw DaemonError(error)
            }
        } catch {
            throw DaemonError(error)
        }
    }

    private func begin(
        _ opened: Opened, with jobs: [ScheduledJob], _ makeLoop: (Ledger) throws(LedgerError) -> SchedulerLoop
    ) async throws(LedgerError) -> (ledger: Ledger, loop: SchedulerLoop) {
        let loop = try makeLoop(opened.ledger)
        try await loop.begin(with: jobs, after: opened.notice)
        return (opened.ledger, loop)
    }

    private func replace(_ ledger: Ledger, because reason: String) throws(DaemonError) -> Opened {
        do throws(LedgerError) {
            try ledger.close()
        } catch {
            log.warning("the damaged ledger cannot be closed: \(error)")
        }
        do throws(LedgerError) {
            return tell(try Ledger.replace(in: state.path, now: clock.now(), because: reason))
        } catch {
            throw DaemonError(error)
        }
    }

    private func tell(_ opened: (ledger: Ledger, notice: LedgerNotice?)) -> Opened {
        if let notice = opened.notice { log.log(level: notice.isTrouble ? .warning : .notice, "\(notice)") }
        return Opened(ledger: opened.ledger, notice: opened.notice)
    }
}
