import CronSchedule
import Glibc
import Ledger
import SchedulerCore

/// A writer for tests to kill: commits claims until it dies, and acknowledges each on standard output once it is committed.
@main
enum Driver {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: ledger-test-driver STATE-DIRECTORY")
            exit(2)
        }
        let start = Instant(milliseconds: 1_795_435_200_000)
        let ledger = try Ledger.open(in: CommandLine.arguments[1], now: start).ledger
        for second: Int64 in 0... {
            let at = Instant(milliseconds: start.milliseconds + second * 1000)
            let run = Run(
                id: RunID(milliseconds: at.milliseconds), job: "tick", kind: "command", trigger: .schedule,
                slot: .instant(at), claimedAt: at, dueAt: at)
            let occurrence = Occurrence(
                job: "tick", slot: .instant(at), era: 0, account: .ran(run: run.id), detail: "started", decidedAt: at,
                latenessMilliseconds: 0)
            try ledger.commit(LedgerChanges(runs: [run], occurrences: [occurrence]))
            let line = Array("\(run.id)\n".utf8)
            guard write(STDOUT_FILENO, line, line.count) == line.count else { exit(1) }
        }
    }
}
