import Foundation
import Testing

/// `heartbeat:` of the daemon's file: somebody outside hears that the daemon works.
@Suite(.ownThread)
struct DaemonHeartbeatTests {
    @Test func theDaemonTellsItsStartAndThenThatItWorksAndItsAddressStaysASecret() throws {
        let site = try Site()
        let pings = HeartbeatTests.Pings(site)
        let server = try LoopbackServer { connection in
            let text = connection.request()
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            pings.note(text)
        }
        let path = site.secrets + "/alive"
        try "\(server.url)/opensesame\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        try site.configure("heartbeat: {url: secret:alive, interval: 1s}\n")
        let daemon = try site.daemon()
        try site.marks("pings", atLeast: 4, of: daemon)
        let seen = try site.ledger.column("SELECT last_seen FROM clock")
        try site.marks("pings", atLeast: pings.all.count + 2, of: daemon)
        #expect(try site.ledger.column("SELECT last_seen FROM clock") != seen, "each follows a row that is on the disk")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(pings.paths.first == "/opensesame/start")
        #expect(Set(pings.paths.dropFirst()) == ["/opensesame"], "a daemon that stops says nothing")
        #expect(!daemon.errors.contains("opensesame"), "\(daemon.errors)")
    }

    @Test func anAddressThatCannotBeReadOrReachedIsSaidWithoutItAndTheDaemonWorks() throws {
        let site = try Site()
        try site.configure("heartbeat: {url: secret:alive, interval: 1s}\n")
        try site.job("beat", Jobs.shell("echo x >>MARKS/beats", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        try site.marks("beats", of: daemon)
        try site.wait("the warning", of: daemon) { daemon.errors.contains("the daemon's own heartbeat is not sent: ") ? true : nil }
        try "http://127.0.0.1:1/opensesame\n".write(toFile: site.secrets + "/alive", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: site.secrets + "/alive")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(!daemon.errors.contains("opensesame"), "\(daemon.errors)")
    }

    @Test func aDaemonWhoseLedgerTakesNoRowsTellsThatItFailsAndThenThatItWorks() throws {
        let site = try Site()
        let pings = HeartbeatTests.Pings(site)
        let server = try LoopbackServer { connection in
            let text = connection.request()
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            pings.note(text)
        }
        try site.configure("heartbeat: {url: \"\(server.url)/alive\", interval: 1s}\n")
        let daemon = try site.daemon()
        try site.wait("a sign of life", of: daemon) { pings.paths.contains("/alive") ? true : nil }
        let lock = try LockedLedger(site.state + "/ledger.sqlite")
        try site.wait("a ping of failure", of: daemon) { pings.paths.contains("/alive/fail") ? true : nil }
        lock.release()
        let failed = pings.paths.count
        try site.wait("another sign of life", of: daemon) { pings.paths.dropFirst(failed).contains("/alive") ? true : nil }
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        let failure = try #require(pings.all.first { $0.contains("/alive/fail") })
        #expect(failure.contains("the ledger takes no rows"), "\(failure)")
    }
}
