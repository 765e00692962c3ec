import Foundation
import Glibc
import Synchronization
import Testing

/// A receiver that is not there, that is not well, and that wants to be left alone: nothing is lost, doubled or out of order.
@Suite(.ownThread)
struct AlertChannelTests {
    /// Answers, one a request, then always yes; and when each request came.
    final class Script: Sendable {
        private let answers: Mutex<[String]>
        private let times = Mutex<[ContinuousClock.Instant]>([])

        init(_ answers: [String]) { self.answers = Mutex(answers) }

        func next() -> String {
            times.withLock { $0.append(.now) }
            return answers.withLock { $0.isEmpty ? AlertTests.yes : $0.removeFirst() }
        }

        /// The time between two requests.
        func gap(before index: Int) -> Duration { times.withLock { $0[index] - $0[index - 1] } }
    }

    private static func answer(_ status: String, _ header: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\(header)\r\n"
    }

    /// A wrong variable is no reason to run no jobs, and nobody has to read a log to learn of it.
    @Test func aWrongAddressInTheEnvironmentLeavesTheDaemonAtWorkAndIsAnAlert() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let server = try AlertTests.server(receiver)
        site.more["ALERT_EMAIL"] = "nobody"
        try site.configure(
            """
            channels:
              mail: {type: email, host: localhost, from: a@example.org, to: ["${ALERT_EMAIL:-}"]}
              hook: {type: webhook, url: "\(server.url)"}
            alerts: {to: [mail, hook], group_wait: 0s}
            """)
        try site.job("flip", Jobs.shell("false", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        try site.marks("notices", atLeast: 2, of: daemon)
        #expect(Set(receiver.all.map(\.key)).isSuperset(of: ["flip/failure", "acore-sched:/channel/mail"]), "\(receiver.all)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(daemon.errors.contains("until it is right the channel mail tells nobody"), "\(daemon.errors)")
    }

    @Test func afterAnOutageFiringAndResolvedComeInOrderWithTheIdsTheyHad() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        // A port that nobody listens on.
        let port = try LoopbackServer { _ in }.port
        try site.configure(
            "channels: {ops: {type: webhook, url: \"http://127.0.0.1:\(port)/\", timeout: 5s}}\nalerts: {to: [ops]}\n")
        try site.job("flip", Jobs.shell("test -e MARKS/good", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM outbox WHERE tries > 0 AND trouble IS NOT NULL", of: daemon)
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        try site.wait("SELECT count(*) FROM outbox", atLeast: 2, of: daemon)
        // The third try follows the second after at most 12 s by itself.
        let script = Script([Self.answer("500 Oops"), Self.answer("429 Slow Down", "Retry-After: 13\r\n")])
        let server = try LoopbackServer(port: port) { connection in
            receiver.take(connection.request())
            connection.answer(script.next())
        }
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'delivered'", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        withExtendedLifetime(server) {}
        let all = receiver.all
        #expect(all.map(\.occasion) == ["firing", "firing", "firing", "resolved"])
        #expect(Set(all.dropLast().map(\.delivery)).count == 1 && Set(all.map(\.id)).count == 1)
        #expect(all.map(\.seq) == [1, 1, 1, 2])
        #expect(script.gap(before: 1) >= .seconds(4), "the pause of a first failure")
        #expect(script.gap(before: 2) >= .seconds(13), "what Retry-After asks for")
        #expect(script.gap(before: 3) < .seconds(4), "what waited behind it comes at once")
        #expect(daemon.errors.contains("127.0.0.1:\(port) answered with status 429"), "\(daemon.errors)")
    }

    @Test func whatAChannelRefusesComesByItsFallbackAndIsAnAlertThatEnds() throws {
        let site = try Site()
        let (refused, taken) = (AlertTests.Receiver(site), AlertTests.Receiver(site))
        let script = Script([Self.answer("404 Gone")])
        let ops = try LoopbackServer { connection in
            refused.take(connection.request())
            connection.answer(script.next())
        }
        let mail = try AlertTests.server(taken)
        try site.configure(
            """
            channels:
              ops: {type: webhook, url: "\(ops.url)/", fallback: mail}
              mail: {type: webhook, url: "\(mail.url)/"}
            alerts: {to: [ops]}
            """)
        try site.job("flip", Jobs.shell("test -e MARKS/good", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        try site.marks("notices", atLeast: 3, of: daemon)
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        try site.marks("notices", atLeast: 6, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(refused.all.map { "\($0.occasion) \($0.key)" } == ["firing flip/failure", "resolved flip/failure"])
        let words = taken.all.map { "\($0.occasion) \($0.key)" }
        #expect(
            words == [
                "firing flip/failure", "firing acore-sched:/channel/ops", "resolved flip/failure", "resolved acore-sched:/channel/ops",
            ])
        #expect(try site.ledger.number("SELECT count(*) FROM alerts") == 0)
    }
}
