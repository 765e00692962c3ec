import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Services asked over real sockets: an HTTP server that answers well, badly, late or not at all, and Redis.
@Suite struct ExternalServicesTests {
    private let site: Site
    private let server: LocalServer

    init() throws {
        site = try Site()
        server = try LocalServer(script: "http", in: site)
    }

    private var base: String { "http://127.0.0.1:\(server.port)" }

    /// One service named `it`.
    private func ask(_ settings: String, secrets: String? = nil) throws -> WireEvent.Check {
        var memory: ExternalServices.Memory?
        return try ask(settings, &memory, secrets: secrets)
    }

    private func ask(_ settings: String, _ memory: inout ExternalServices.Memory?, secrets: String? = nil) throws -> WireEvent.Check {
        let check = try check(ExternalServices.self, #"{"services": {"it": \#(settings)}}"#)
        var scene = site.scene()
        scene.secretsDirectory = secrets
        return try check.look(scene, memory: &memory)["it"]
    }

    @Test func aGoodAnswerIsOkWithEachPartOfItsTime() throws {
        let check = try ask(#"{"url": "\#(base)/ok", "body_contains": "is well"}"#)
        #expect(check.state == .ok, "\(check)")
        #expect(try check.input("status") == "200")
        #expect(try check.input("url") == base)
        let parts = try ["dns_s", "connect_s", "first_byte_s"].map { try #require(Double(try check.input($0))) }
        let total = try #require(Double(try check.input("total_s")))
        #expect(parts.allSatisfy { $0 >= 0 } && parts.reduce(0, +) <= total + 0.001)
        #expect(try check.value?.text(places: 6) == check.input("response_time_s"))
        #expect(check.unit == "seconds" && check.warning == 5)
        #expect(check.inputs?["tls_s"] == nil && check.inputs?["p95_s"] == nil)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let path: String
        var more = ""
        let state: WireEvent.Check.State
        let reason: String
        var testDescription: String { path + more }
    }

    @Test(arguments: [
        Row(path: "/broken", state: .critical, reason: "it answered with status 500, expected 200 to 299"),
        Row(path: "/moved", state: .critical, reason: "it answered with status 302, expected 200 to 299"),
        Row(path: "/ok", more: #", "status": [204, 404]"#, state: .critical, reason: "it answered with status 200, expected 204, 404"),
        Row(
            path: "/ok", more: #", "body_contains": "is ill""#, state: .critical, reason: #"its answer of 11 bytes does not hold "is ill""#),
        Row(
            path: "/large", more: #", "body_contains": "is ill""#, state: .critical,
            reason: #"its answer of 262144 bytes, or more, does not hold "is ill""#),
        Row(path: "/large", more: #", "kind": "discord""#, state: .critical, reason: "it answered with more than 262144 bytes"),
        Row(path: "/slow", more: #", "response_time": {"warning": 0.3}"#, state: .warning, reason: "its answer took "),
        Row(path: "/slow", more: #", "response_time": {"warning": 0.1, "critical": 0.3}"#, state: .critical, reason: "its answer took "),
        Row(path: "/silent", more: #", "timeout": "300ms""#, state: .critical, reason: "http://127.0.0.1:PORT did not answer in time"),
        Row(path: "/drop", state: .critical, reason: "the exchange with http://127.0.0.1:PORT broke off: Server returned nothing"),
        Row(path: "/half", state: .critical, reason: "the exchange with http://127.0.0.1:PORT broke off: Transferred a partial file"),
        Row(path: "/garbage", state: .critical, reason: "the exchange with http://127.0.0.1:PORT broke off: "),
    ])
    func aBadAnswerSaysWhatIsWrong(_ row: Row) throws {
        let check = try ask(#"{"url": "\#(base)\#(row.path)"\#(row.more)}"#)
        #expect(check.state == row.state, "\(check)")
        let reason = row.reason.replacing("PORT", with: "\(server.port)")
        #expect(check.reason?.hasPrefix(reason) == true, "\(check.reason ?? "nil")")
    }

    @Test func aLongAnswerIsAsGoodAsAnother() throws {
        let check = try ask(#"{"url": "\#(base)/large", "body_contains": "xxx"}"#)
        #expect(check.state == .ok, "\(check)")
        #expect(try check.value != nil && check.input("status") == "200")
    }

    @Test func anExpectedStatusIsGoodWhateverItIs() throws {
        #expect(try ask(#"{"url": "\#(base)/broken", "status": 500}"#).state == .ok)
    }

    @Test func aBadAnswerThatIsAlsoSlowStaysCritical() throws {
        let check = try ask(#"{"url": "\#(base)/slow", "status": [404], "response_time": {"warning": 0.1}}"#)
        #expect(check.state == .critical)
        #expect(check.reason?.contains("status 200, expected 404; its answer took") == true, "\(check)")
    }

    @Test func nobodyThereIsCriticalAtItsStage() throws {
        let port = try LocalServer.freePort()
        for url in ["http://127.0.0.1:\(port)/", "tcp://127.0.0.1:\(port)", "redis://127.0.0.1:\(port)"] {
            let check = try ask(#"{"url": "\#(url)"}"#)
            #expect(check.state == .critical)
            #expect(try check.input("stage") == "tcp")
            #expect(check.reason?.contains("Connection refused") == true, "\(check)")
            #expect(check.value == nil)
        }
        let check = try ask(#"{"url": "tcp://no-such-host.invalid:80", "timeout": "2s"}"#)
        #expect(try check.input("stage") == "dns")
    }

    @Test func aPortThatTakesConnectionsIsOk() throws {
        let check = try ask(#"{"url": "tcp://127.0.0.1:\#(server.port)"}"#)
        #expect(check.state == .ok)
        #expect(check.inputs?["connect_s"] != nil && check.value != nil)
    }

    @Test func methodAndHeadersGoOutWithTheirSecrets() throws {
        try site.write("secrets/TOKEN", "tiny-secret\n")
        let check = try ask(
            #"{"url": "\#(base)/who", "method": "POST", "headers": {"Authorization": "Bearer secret:TOKEN"}, "body_contains": "\"method\": \"POST\", \"authorization\": \"Bearer tiny-secret\""}"#,
            secrets: site.path + "/secrets")
        #expect(check.state == .ok, "\(check)")
        #expect(!"\(check)".contains("tiny-secret"))
    }

    @Test func aSecretThatIsNotThereIsUnknownAndNothingIsSent() throws {
        let check = try ask(#"{"url": "\#(base)/who", "headers": {"Authorization": "secret:TOKEN"}}"#, secrets: site.path)
        #expect(check.state == .unknown)
        #expect(check.reason == "the run has no secret TOKEN; add secrets: {TOKEN: secret:SOURCE} to the job")
        try site.write("TWO", "one\ntwo")
        #expect(
            try ask(#"{"url": "\#(base)/who", "headers": {"A": "secret:TWO"}}"#, secrets: site.path).reason?.contains("no single line")
                == true)
    }

    @Test func ollamaHasItsModels() throws {
        let check = try ask(#"{"kind": "ollama", "url": "\#(base)", "models": ["llama3", "phi3:mini"]}"#)
        #expect(check.state == .ok, "\(check)")
        #expect(try check.input("model_count") == "2")
        #expect(try ask(#"{"kind": "ollama", "url": "\#(base)", "models": "mistral"}"#).reason == "it lacks the model mistral")
        #expect(try ask(#"{"kind": "ollama", "url": "\#(base)/empty"}"#).reason == "its answer is no list of models")
    }

    @Test func discordsGatewayIsAskedWithoutAToken() throws {
        let check = try ask(#"{"kind": "discord", "url": "\#(base)/api/v10/gateway"}"#)
        #expect(check.state == .ok, "\(check)")
        #expect(try check.input("gateway") == "wss://gateway.discord.gg")
        #expect(try ask(#"{"kind": "discord", "url": "\#(base)/ok"}"#).reason == "its answer names no gateway")
    }

    @Test func percentilesComeWithTwentyAnswersAndAreJudged() throws {
        var memory: ExternalServices.Memory? = ["it": ResponseTimes()]
        for number in 1...19 { memory?["it"]?.add(Double(number), keeping: 100) }
        let check = try ask(#"{"url": "\#(base)/ok", "response_time": {"warning": 18}}"#, &memory)
        #expect(try check.input("samples") == "20")
        #expect(try check.input("p50_s") == "9")
        #expect(try check.input("p95_s") == "18")
        #expect(try check.input("p99_s") == "19")
        #expect(check.value == 18)
        #expect(check.state == .warning, "equal counts as reached")
        #expect(check.reason == "95 of 100 answers took up to 18 s")
    }

    @Test(arguments: [(20, 95, 19.0), (20, 50, 10), (100, 95, 95), (100, 99, 99), (21, 50, 11), (1000, 1, 10)])
    func percentilesAreNearestRanks(_ count: Int, _ percent: Int, _ value: Double) {
        var times = ResponseTimes()
        for number in (1...count).reversed() { times.add(Double(number), keeping: 1000) }
        #expect(times.percentile(percent) == value)
        times = ResponseTimes()
        for number in 1...19 { times.add(Double(number), keeping: 1000) }
        #expect(times.percentile(percent) == nil)
    }

    @Test func onlySoManyAnswersAreRemembered() {
        var times = ResponseTimes()
        for number in 1...50 { times.add(Double(number), keeping: 20) }
        #expect(times.seconds == (31...50).map(Double.init))
    }

    @Test(.enabled(if: LocalServer.obstacle("/usr/bin/redis-server") == nil, "needs redis-server: deployment/scripts/setup test"))
    func redisAnswersItsPing() throws {
        let port = try LocalServer.freePort()
        let words = ["/usr/bin/redis-server", "--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--dir", site.path]
        let redis = try LocalServer(on: port, words, in: site)
        let check = try ask(#"{"url": "redis://127.0.0.1:\#(redis.port)"}"#)
        #expect(check.state == .ok, "\(check)")
        #expect(try check.input("answer") == "PONG")
    }

    @Test func whatAServerRepeatsIsNotShown() throws {
        let port = try LocalServer.freePort()
        let program = """
            import socket
            server = socket.create_server(("127.0.0.1", \(port)))
            while True:
                other = server.accept()[0]
                if other.recv(100): other.sendall(b"-ERR no login as bot, password=hunter2\\r\\n")
            """
        let server = try LocalServer(on: port, ["/usr/bin/python3", "-c", program], in: site)
        let check = try ask(#"{"url": "redis://127.0.0.1:\#(server.port)"}"#)
        #expect(check.reason == "it answers with an error: ERR no login as bot, password=***")
        #expect(!"\(check)".contains("hunter2"))
    }

    @Test(.enabled(if: LocalServer.obstacle("/usr/bin/redis-server") == nil, "needs redis-server: deployment/scripts/setup test"))
    func redisWithAPasswordWantsTheRightOne() throws {
        let port = try LocalServer.freePort()
        let words = [
            "/usr/bin/redis-server", "--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--dir", site.path, "--requirepass", "right",
        ]
        let redis = try LocalServer(on: port, words, in: site)
        let url = "redis://127.0.0.1:\(redis.port)"
        try site.write("GOOD", "right")
        try site.write("BAD", "wrong")
        #expect(try ask(#"{"url": "\#(url)"}"#).reason == "it answers, but wants a password")
        #expect(try ask(#"{"url": "\#(url)", "password": "secret:GOOD"}"#, secrets: site.path).state == .ok)
        let refused = try ask(#"{"url": "\#(url)", "password": "secret:BAD"}"#, secrets: site.path)
        #expect(refused.state == .critical)
        #expect(refused.reason?.hasPrefix("it refuses the password: WRONGPASS") == true, "\(refused)")
    }

    @Test func aServerThatIsNoRedisIsToldFromOne() throws {
        let check = try ask(#"{"kind": "redis", "url": "redis://127.0.0.1:\#(server.port)"}"#)
        #expect(check.state == .critical)
        #expect(check.reason?.hasPrefix("it does not answer as Redis does: ") == true, "\(check)")
    }

    @Test func aSilentServiceHoldsUpNoOther() throws {
        let services = (0..<10).map { #""s\#($0)": {"url": "\#(base)/silent", "timeout": "500ms"}"# }.joined(separator: ",")
        let check = try check(ExternalServices.self, #"{"services": {\#(services), "good": {"url": "\#(base)/ok"}}}"#)
        var memory: ExternalServices.Memory?
        var results: [WireEvent.Check] = []
        let took = ContinuousClock().measure { results = check.look(site.scene(), memory: &memory) }
        #expect(took < .seconds(4), "one after the other would take five seconds")
        #expect(results.map(\.target) == check.targets)
        #expect(try results["good"].state == .ok)
        #expect(results.filter { $0.state == .critical }.count == 10)
    }

    @Test(arguments: [
        (#"{}"#, "with.external_services names no service"),
        (#"{"services": {"a": {}}}"#, "with.external_services.services.a lacks url"),
        (#"{"services": {"a": {"url": "ftp://x"}}}"#, "with.external_services.services.a.url is no address for http"),
        (#"{"services": {"a": {"url": "tcp://x"}}}"#, "with.external_services.services.a.url is no address for tcp"),
        (
            #"{"services": {"a": {"url": "http://me:pw@x/"}}}"#,
            "with.external_services.services.a.url holds a user or a password, which every reader of the file sees"
        ),
        (
            #"{"services": {"a": {"url": "tcp://x:1", "status": [200]}}}"#,
            "with.external_services.services.a.status means nothing to a service of kind tcp"
        ),
        (
            #"{"services": {"a": {"url": "redis://x", "password": "open"}}}"#,
            "with.external_services.services.a.password would be seen by every reader of the file"
        ),
        (#"{"services": {"a": {"url": "http://x", "headers": {"a b": "c"}}}}"#, "\"a b\" cannot be the name of a header"),
    ])
    func settingsThatCannotBeMeantAreRefused(_ settings: String, _ problem: String) throws {
        let found = try findings(ExternalServices.self, settings)
        #expect(found.contains { $0.problem == problem }, "\(found)")
    }
}
