import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Names and connections on loopback, with a name server that answers as it is asked to.
@Suite struct NetworkTests {
    private let site: Site

    init() throws { site = try Site() }

    private func reach(_ targets: [String], _ more: String = "") throws -> [WireEvent.Check] {
        let list = targets.map { "\"\($0)\"" }.joined(separator: ",")
        let check = try check(NetworkConnectivity.self, #"{"targets": [\#(list)]\#(more)}"#)
        var memory: NetworkConnectivity.Memory?
        return check.look(site.scene(), memory: &memory)
    }

    @Test func eachStepOfAConnectionIsToldApart() throws {
        let server = try LocalServer(script: "http", in: site)
        let place = "127.0.0.1:\(server.port)"
        let free = try LocalServer.freePort()
        var results = try reach([
            "tcp://\(place)", "http://\(place)/broken", "tls://\(place)", "https://\(place)/", "tcp://127.0.0.1:\(free)",
            "http://no-such-host.invalid/", "tcp://no-such-host.invalid:1",
        ])
        results.insert(try reach(["http://\(place)/drop"])[0], at: 2)
        #expect(results.map(\.state) == [.ok, .ok, .critical, .critical, .critical, .critical, .critical, .critical], "\(results)")
        #expect(try results.map { try $0.input("stage") } == ["tcp", "answer", "answer", "tls", "tls", "tcp", "dns", "dns"])
        #expect(results[1].inputs?["status"] == "500", "any answer will do")
        #expect(results[5].reason == "the connection: 127.0.0.1:\(free) takes no connection: Connection refused")
        #expect(results[7].reason?.hasPrefix("the name: no-such-host.invalid is not found: ") == true)
        #expect(results.allSatisfy { ($0.value == nil) == ($0.state != .ok) })
    }

    @Test func aSilentServerIsGivenUpInTime() throws {
        let server = try LocalServer(script: "http", in: site)
        let start = ContinuousClock.now
        let check = try reach(["http://127.0.0.1:\(server.port)/silent"], #", "timeout": "200ms""#)[0]
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(check.state == .critical)
        #expect(try check.input("stage") == "answer")
    }

    private func lookUp(_ settings: String, timeout: String = "2s") throws -> WireEvent.Check {
        let check = try check(DNSLookups.self, #"{"names": {"it": \#(settings)}, "timeout": "\#(timeout)"}"#)
        var memory: DNSLookups.Memory?
        return try check.look(site.scene(root: ""), memory: &memory)["it"]
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let host: String
        var more = ""
        let state: WireEvent.Check.State
        let code: String
        let reason: String?
        var testDescription: String { host + more }
    }

    @Test(arguments: [
        Row(host: "one.test", state: .ok, code: "NOERROR", reason: nil), Row(host: "six.test.", state: .ok, code: "NOERROR", reason: nil),
        Row(host: "missing.test", state: .critical, code: "NXDOMAIN", reason: "missing.test: 127.0.0.1:PORT says NXDOMAIN"),
        Row(host: "failed.test", state: .critical, code: "SERVFAIL", reason: "failed.test: 127.0.0.1:PORT says SERVFAIL"),
        Row(host: "refused.test", state: .critical, code: "REFUSED", reason: "refused.test: 127.0.0.1:PORT says REFUSED"),
        Row(host: "silent.test", state: .critical, code: "TIMEOUT", reason: "silent.test: 127.0.0.1:PORT gave no answer in time"),
        Row(host: "empty.test", state: .critical, code: "NOERROR", reason: "empty.test: the name has no address"),
        Row(
            host: "long.test", state: .unknown, code: "NOERROR",
            reason: "long.test: the answer is too long for a packet, and is not known whole; ask without server:"),
        Row(host: "cut.test", state: .critical, code: "NOERROR", reason: "cut.test: the name has no address"),
        Row(host: "two.test", more: #", "addresses": ["192.0.2.2", "192.0.2.1"]"#, state: .ok, code: "NOERROR", reason: nil),
        Row(host: "six.test", more: #", "addresses": "2001:db8:0::1""#, state: .ok, code: "NOERROR", reason: nil),
        Row(
            host: "two.test", more: #", "addresses": "192.0.2.1""#, state: .critical, code: "NOERROR",
            reason: "two.test leads to 192.0.2.2, which is not expected"),
        Row(
            host: "one.test", more: #", "addresses": ["192.0.2.1", "192.0.2.2"]"#, state: .warning, code: "NOERROR",
            reason: "one.test does not lead to 192.0.2.2"),
    ])
    func aNameServersWordsAreToldApart(_ row: Row) throws {
        let server = try LocalServer(script: "dns", in: site)
        let check = try lookUp(#"{"host": "\#(row.host)", "server": "127.0.0.1:\#(server.port)"\#(row.more)}"#, timeout: "400ms")
        #expect(check.state == row.state, "\(check)")
        #expect(try check.input("code") == row.code)
        #expect(check.reason == row.reason?.replacing("PORT", with: "\(server.port)"))
    }

    @Test func aServerThatIsNotThereIsSaid() throws {
        let check = try lookUp(#"{"host": "one.test", "server": "127.0.0.1:\#(try LocalServer.freePort())"}"#)
        #expect(check.state == .critical)
        #expect(check.reason?.contains("cannot be asked: Connection refused") == true, "\(check)")
    }

    @Test func theSystemFindsItself() throws {
        let check = try lookUp(#"{"host": "localhost"}"#)
        #expect(check.state == .ok, "\(check)")
        #expect(try check.input("addresses").split(separator: " ").contains { $0 == "127.0.0.1" || $0 == "::1" })
        #expect(try lookUp(#"{"host": "no-such-host.invalid"}"#).state == .critical)
    }

    @Test func theSystemsServersAreThoseOfItsFile() throws {
        try site.write(
            "etc/resolv.conf",
            "# comment\nnameserver 192.0.2.1\nsearch example\nnameserver  2001:db8::1\nnameserver nonsense\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n"
        )
        #expect(NameServer.ofSystem(root: site.path).map(\.endpoint.description) == ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"])
        #expect(NameServer.ofSystem(root: site.path + "/none") == [])
    }

    @Test func anyBytesAreReadAsAnAnswerWithoutHarm() throws {
        let question = try #require(DNSMessage.question("one.test", .ipv4, id: 7))
        let whole =
            [0, 7, 0x84, 0x80, 0, 1, 0, 1, 0, 0, 0, 0] + Array(question[12...]) + [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
        #expect(DNSMessage(whole, answering: question)?.addresses == ["192.0.2.1"])
        #expect(DNSMessage([0, 8] + whole[2...], answering: question) == nil, "of another question")
        for place in whole.indices {
            for byte: UInt8 in [0, 1, 0x3f, 0x40, 0xc0, 0xff] {
                var damaged = whole
                damaged[place] = byte
                _ = DNSMessage(damaged, answering: question)
            }
            _ = DNSMessage(Array(whole[..<place]), answering: question)
        }
    }

    @Test(arguments: ["", "a..b", String(repeating: "x", count: 64) + ".test", "ü.test", String(repeating: "abc.", count: 70)])
    func whatCannotBeANameIsNotAsked(_ name: String) { #expect(DNSMessage.question(name, .ipv4, id: 1) == nil) }

    @Test(arguments: [
        ("a:1", "a:1"), ("[::1]:53", "[::1]:53"), ("a", nil), ("a:0", nil), ("a:70000", nil), ("::1", nil), (":1", nil), ("a b:1", nil),
        ("[::1", nil),
    ])
    func endpointsAreHostAndPort(_ text: String, _ shown: String?) { #expect(Endpoint(text)?.description == shown) }

    @Test(arguments: [
        (#"{}"#, "with.network_connectivity names nobody to reach"),
        (#"{"targets": "ftp://x"}"#, "with.network_connectivity.targets has \"ftp://x\", which cannot be asked"),
        (#"{"targets": "http://a:b@x"}"#, "with.network_connectivity.targets has \"http://***@x\", which cannot be asked"),
        (
            #"{"targets": ["http://a/1", "tcp://a:80", "http://a/2"]}"#,
            "with.network_connectivity.targets has http://a twice; results do not show what follows it"
        ),
    ])
    func targetsThatCannotBeMeantAreRefused(_ settings: String, _ problem: String) throws {
        #expect(try findings(NetworkConnectivity.self, settings).contains { $0.problem == problem })
    }

    @Test(arguments: [
        (#"{}"#, "with.dns names nothing to look up"), (#"{"names": {"a": {}}}"#, "with.dns.names.a lacks host"),
        (#"{"names": {"a": {"host": "x", "addresses": "y"}}}"#, "with.dns.names.a.addresses has \"y\", which is no address"),
        (#"{"names": {"a": {"host": "x", "server": "a b"}}}"#, "with.dns.names.a.server is no name server"),
    ])
    func lookupsThatCannotBeMeantAreRefused(_ settings: String, _ problem: String) throws {
        #expect(try findings(DNSLookups.self, settings).contains { $0.problem == problem })
    }
}
