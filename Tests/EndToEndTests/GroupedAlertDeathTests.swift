import Foundation
import Glibc
import Testing

/// kill -9 of the daemon while alerts of several jobs flow into one channel: each is told, a delivery tells the same each time, and in order.
@Suite(.ownThread)
struct GroupedAlertDeathTests {
    private typealias Lane = AlertDeathTests.Lane

    /// Fails, is well, fails, …, until there is a file `good`.
    private static func flip(_ name: String) -> String {
        Jobs.shell(AlertTests.flipLine.replacing("MARKS/n", with: "MARKS/n-\(name)"), schedule: "* * * * * *")
    }

    @Test(arguments: AlertDeathTests.Lane.allCases)
    func noNoticeIsLostAndADeliveryTellsTheSameEachTime(_ lane: AlertDeathTests.Lane) throws {
        guard lane.call == nil || Tracer.isThere else { return }
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let target = AlertDeathTests.Target(site)
        let server = try AlertTests.server(
            receiver, before: { if lane == .beforeAnswer { target.strike() } }, after: { if lane != .beforeAnswer { target.strike() } })
        try site.configure(
            "channels: {ops: {type: webhook, url: \"\(server.url)\"}}\nalerts: {to: [ops], fold: [ops], group_wait: 1s}\n")
        for name in ["a", "b"] { try site.job(name, Self.flip(name)) }
        let first = try site.daemon()
        #expect(try first.stop() == .exited(0), "\(first.errors)")
        var dice = Dice(lane: "grouped \(lane.rawValue)")
        for _ in 0..<AlertDeathTests.rounds {
            let wrapper = lane.call.map { Tracer.killing(at: $0, count: Int.random(in: 1...lane.reach, using: &dice)) } ?? []
            target.aim(after: lane.call == nil ? Int.random(in: 1...2, using: &dice) : 5)
            let daemon = try site.start("daemon", through: wrapper)
            #expect(try daemon.wait() == .signalled(SIGKILL), "\(daemon.errors)")
        }
        target.aim(after: 0)
        try settle(site)
        try check(site, receiver)
    }

    /// A last daemon tells all that the others owed.
    private func settle(_ site: Site) throws {
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        let daemon = try site.daemon()
        try site.wait("the end of all alerts", of: daemon) {
            let open = try site.ledger.number("SELECT count(*) FROM alerts WHERE alert IS NOT NULL")
            let waiting = try site.ledger.number("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'joined')")
            let live = try site.ledger.number("SELECT count(*) FROM runs WHERE state = 'succeeded' AND id > (SELECT max(id) - 6 FROM runs)")
            return open == 0 && waiting == 0 && live > 1 ? true : nil
        }
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    private func check(_ site: Site, _ receiver: AlertTests.Receiver) throws {
        let got = receiver.all
        for (delivery, tries) in Dictionary(grouping: got, by: \.delivery) {
            #expect(Set(tries).count == 1, "\(delivery) told different things: \(tries)")
        }
        let places = Dictionary(got.enumerated().map { ($0.element.delivery, $0.offset) }) { first, _ in first }
        let rows = try site.ledger.rows("SELECT alert, sequence, coalesce(joined, delivery), state FROM outbox ORDER BY id")
        #expect(!rows.isEmpty, "nothing happened")
        var last: [String: Int] = [:]
        for row in rows {
            #expect(row[3] == "delivered")
            let place = try #require(places[row[2]], "\(row) is lost")
            #expect(got[place].members?.contains { $0.id == row[0] } ?? (got[place].id == row[0]), "\(row) is not told by \(got[place])")
            #expect(place >= last[row[0]] ?? 0, "\(row) was told out of order")
            last[row[0]] = place
        }
        #expect(Set(got.map(\.delivery)).isSubset(of: Set(rows.map { $0[2] })), "a notice was told whose rows are gone")
    }
}
