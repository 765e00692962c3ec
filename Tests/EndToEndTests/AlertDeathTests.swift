import Foundation
import Glibc
import Synchronization
import Testing

/// kill -9 of the daemon while alerts flow: each is told at least once, with one id, and in order.
@Suite(.ownThread)
struct AlertDeathTests {
    /// Kills a lane; ACORE_E2E_ROUNDS asks for more.
    static let rounds = ProcessInfo.processInfo.environment["ACORE_E2E_ROUNDS"].flatMap { Int($0) } ?? 4

    /// Where the daemon dies.
    enum Lane: String, CaseIterable, Sendable {
        /// The other side has the notice, and has not answered.
        case beforeAnswer
        /// It has answered; whether the daemon heard it and wrote it down is open.
        case afterAnswer
        /// At some write of the ledger.
        case atSync, atWrite

        var call: String? {
            switch self {
            case .beforeAnswer, .afterAnswer: nil
            case .atSync: "fsync,fdatasync"
            case .atWrite: "pwrite64"
            }
        }

        /// The kill comes at one of a thread's first so many calls.
        var reach: Int {
            switch self {
            case .beforeAnswer, .afterAnswer, .atSync: 60
            case .atWrite: 150
            }
        }
    }

    /// Who is to die when a notice comes.
    final class Target: Sendable {
        private let notices = Mutex(0)
        private let lock: String

        init(_ site: Site) { lock = site.state + "/lock" }

        func aim(after count: Int) { notices.withLock { $0 = count } }

        /// Kills whoever holds the state directory, when it is time.
        func strike() {
            notices.withLock { notices in
                guard notices > 0 else { return }
                notices -= 1
                guard notices == 0, let pid = Int32(Files.lines(lock).first ?? "") else { return }
                Glibc.kill(pid, SIGKILL)
            }
        }
    }

    @Test(arguments: Lane.allCases)
    func noNoticeIsLostAndNoneIsToldOutOfOrder(_ lane: Lane) throws {
        guard lane.call == nil || Tracer.isThere else { return }
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let target = Target(site)
        let server = try AlertTests.server(
            receiver, before: { if lane == .beforeAnswer { target.strike() } }, after: { if lane != .beforeAnswer { target.strike() } })
        try site.configure(AlertTests.configuration(server))
        try site.job("flip", AlertTests.flip)
        // Making a ledger takes so many writes that one which is to be made anew each time is never done.
        let first = try site.daemon()
        #expect(try first.stop() == .exited(0), "\(first.errors)")
        var dice = Dice(lane: lane.rawValue)
        for _ in 0..<Self.rounds { try kill(site, lane, target, &dice) }
        target.aim(after: 0)
        try settle(site)
        try check(site, receiver)
    }

    private func kill(_ site: Site, _ lane: Lane, _ target: Target, _ dice: inout Dice) throws {
        let wrapper = lane.call.map { Tracer.killing(at: $0, count: Int.random(in: 1...lane.reach, using: &dice)) } ?? []
        // One that never comes to the call is killed after some notices.
        target.aim(after: lane.call == nil ? Int.random(in: 1...2, using: &dice) : 5)
        let daemon = try site.start("daemon", through: wrapper)
        #expect(try daemon.wait() == .signalled(SIGKILL), "\(daemon.errors)")
    }

    /// A last daemon tells all that the others owed.
    private func settle(_ site: Site) throws {
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        let daemon = try site.daemon()
        try site.wait("the end of all alerts", of: daemon) {
            let open = try site.ledger.number("SELECT count(*) FROM alerts WHERE alert IS NOT NULL")
            let waiting = try site.ledger.number("SELECT count(*) FROM outbox WHERE state = 'waiting'")
            let live = try site.ledger.number("SELECT count(*) FROM runs WHERE state = 'succeeded' AND id > (SELECT max(id) - 3 FROM runs)")
            return open == 0 && waiting == 0 && live > 0 ? true : nil
        }
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    private func check(_ site: Site, _ receiver: AlertTests.Receiver) throws {
        let got = receiver.all
        let rows = try site.ledger.rows("SELECT alert, sequence, delivery, state FROM outbox ORDER BY id")
        for row in rows {
            #expect(row[3] == "delivered")
            #expect(got.contains { $0.delivery == row[2] && $0.id == row[0] && "\($0.seq)" == row[1] }, "\(row) is lost")
        }
        let known = Set(rows.map { $0[2] })
        #expect(got.filter { !known.contains($0.delivery) } == [], "a notice was told whose rows are gone")
        for (alert, notices) in Dictionary(grouping: got, by: \.id) {
            #expect(notices.map(\.seq) == notices.map(\.seq).sorted(), "\(alert) was told out of order")
            #expect(Set(notices.map { "\($0.seq) \($0.occasion)" }).count == 2 && notices.last?.occasion == "resolved", "\(notices)")
        }
        // Runs and alerts are one transaction: as many incidents as there are failures after something else.
        let states = try site.ledger.column(
            "SELECT state FROM runs WHERE ended_at IS NOT NULL AND state <> 'cancelled' ORDER BY ended_at, id")
        var incidents = 0
        for (index, state) in states.enumerated() where state != "succeeded" && (index == 0 || states[index - 1] == "succeeded") {
            incidents += 1
        }
        let failures = try site.ledger.column(
            "SELECT DISTINCT alert FROM outbox WHERE json_extract(payload, '$.key') = 'flip/failure'")
        let others = try site.ledger.column("SELECT DISTINCT json_extract(payload, '$.key') FROM outbox")
        #expect(failures.count == incidents, "\(others) \(states)")
        #expect(incidents >= Self.rounds / 4, "nothing happened")
    }
}
