import ControlAPI
import ControlClient
import Glibc
import Logging
import Synchronization
import Testing

/// The TCP side on real sockets, in front of a daemon that only says what it is told to.
@Suite struct ListenerTests {
    private final class Words: Observed {
        let complaint: String?
        let readinessWord: ReadinessMessage
        let families: [MetricFamily]
        private let count = Mutex(0)

        init(
            complaint: String? = nil, readiness: ReadinessMessage = ReadinessMessage(.ready),
            families: [MetricFamily] = MetricsTextTests.families
        ) {
            self.complaint = complaint
            readinessWord = readiness
            self.families = families
        }

        var written: Int { count.withLock { $0 } }
        func health() -> HealthMessage { HealthMessage(complaint: complaint) }
        func readiness() -> ReadinessMessage { readinessWord }
        func details() async throws(ControlFailure) -> DetailsMessage {
            DetailsMessage(
                health: health(), readiness: readiness(), version: "1", pid: 1, startedAt: "", listener: nil, jobs: [], jobsLeftOut: 0,
                broken: [], refused: [], openRuns: [:], ledger: .init(sizeBytes: 1, logBytes: 0, takesRows: true, trouble: nil))
        }
        func metrics() async -> [MetricFamily] {
            count.withLock { $0 += 1 }
            return families
        }
    }

    private static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// What a listener with these words does with what `body` asks of its port.
    private func listen(
        _ words: Words = Words(), host: String = "127.0.0.1", isLoopback: Bool = true, details: Bool = false,
        bounds: Listener.Bounds = .init(),
        _ body: (Int) async throws -> Void
    ) async throws {
        let listener = Listener(
            host: host, port: 0, observed: words, isLoopback: isLoopback, tellsDetails: details, bounds: bounds, log: Self.log)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let serving = Task { () async -> ControlFailure? in
            do throws(ControlFailure) {
                try await listener.run { found.yield($0) }
                return nil
            } catch {
                found.finish()
                return error
            }
        }
        for await port in ports {
            do {
                try await body(port)
            } catch {
                serving.cancel()
                throw error
            }
            break
        }
        serving.cancel()
        #expect(await serving.value == nil)
    }

    @Test func healthAndReadinessSayItInTheStatusAndInWords() async throws {
        try await listen { port in
            let health = try await TCPConnection(port: port).ask("GET", "/health")
            #expect(health.status == 200 && health.body == #"{"status":"ok"}"# + "\n")
            #expect(health.headers["content-type"] == "application/json" && health.headers["cache-control"] == "no-store")
            let ready = try await TCPConnection(port: port).ask("GET", "/ready")
            #expect(ready.status == 200 && ready.body == #"{"status":"ready"}"# + "\n")
        }
        let sick = Words(complaint: "it hangs", readiness: ReadinessMessage(.starting, because: "files are read"))
        try await listen(sick) { port in
            let health = try await TCPConnection(port: port).ask("GET", "/health")
            #expect(health.status == 503 && health.body == #"{"reason":"it hangs","status":"failed"}"# + "\n")
            let ready = try await TCPConnection(port: port).ask("GET", "/ready")
            #expect(ready.status == 503 && ready.body == #"{"reason":"files are read","status":"starting"}"# + "\n")
        }
    }

    @Test func metricsComeInTheFormatThatIsAskedFor() async throws {
        try await listen { port in
            let text = try await TCPConnection(port: port).ask("GET", "/metrics")
            #expect(text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(text.body == String(decoding: MetricsText.bytes(of: MetricsTextTests.families, as: .text), as: UTF8.self))
            let open = try await TCPConnection(port: port).ask("GET", "/metrics", "Accept: application/openmetrics-text; version=1.0.0")
            #expect(open.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(open.body.hasSuffix("# EOF\n") && open.headers["vary"] == "Accept")
        }
    }

    @Test(arguments: ["/health", "/ready", "/metrics"])
    func headIsAnsweredLikeGetWithoutABody(_ path: String) async throws {
        try await listen { port in
            let get = try await TCPConnection(port: port).ask("GET", path)
            let head = try await TCPConnection(port: port).ask("HEAD", path)
            #expect(head.status == get.status && head.body.isEmpty && !get.body.isEmpty)
            #expect(head.headers["content-length"] == get.headers["content-length"])
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
    func nothingButGetAndHeadIsAnswered(_ method: String) async throws {
        try await listen { port in
            let answer = try await TCPConnection(port: port).ask(method, "/metrics")
            #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD")
            #expect(answer.body.contains("over the control socket"))
        }
    }

    @Test(arguments: ["/", "/v1/status", "/metrics/x", "/health/../v1/jobs", "/%2e%2e/etc/passwd"])
    func thereIsNothingElse(_ path: String) async throws {
        try await listen { port in
            let answer = try await TCPConnection(port: port).ask("GET", path)
            #expect(answer.status == 404 && answer.body.contains("/health, /ready, /health/details or /metrics"))
        }
    }

    @Test func detailsAreRefusedWithTheWayToThem() async throws {
        try await listen { port in
            let answer = try await TCPConnection(port: port).ask("GET", "/health/details")
            #expect(answer.status == 403)
            #expect(answer.body.contains("curl --unix-socket") && answer.body.contains("listen_details: true"))
        }
    }

    private static let hosts = [
        ("127.0.0.1", 200), ("127.0.0.1:9180", 200), ("localhost:1", 200), ("LOCALHOST", 200), ("[::1]:9180", 200), ("[::1]", 200),
        ("evil.example", 403), ("127.0.0.1.evil.example", 403), ("localhost.evil.example:80", 403), ("127.0.0.1:x", 403), ("[::2]", 403),
        ("128.0.0.1", 403), ("127.0.1", 403), ("127.0.0.+1", 403), ("127.0.0.256", 403), ("127.0.0.1:+80", 403), ("127.0.0.1:65536", 403),
    ]

    /// Through such a name a page in a browser on this machine could learn of jobs.
    @Test(arguments: ["/metrics", "/health/details"])
    func jobsAreToldOfUnderNamesOfThisMachineOnly(_ path: String) async throws {
        try await listen(details: true) { port in
            for (host, status) in Self.hosts {
                let answer = try await Self.ask(port, path, host: host)
                #expect(answer.status == status, "\(host): \(answer)")
            }
            // One that names no host is no browser; it is not told what it is called either.
            let nameless = try TCPConnection(port: port)
            nameless.send("GET \(path) HTTP/1.0\r\n\r\n")
            #expect(TCPConnection.Answer(await nameless.rest().text).status == 403)
            let health = try await Self.ask(port, "/health", host: "evil.example")
            #expect(health.status == 200)
        }
    }

    /// Whoever asks there knows the machine by a name that is not known here.
    @Test func whereOthersMayConnectMetricsAreToldUnderAnyName() async throws {
        try await listen(isLoopback: false) { port in
            let answer = try await Self.ask(port, "/metrics", host: "server.example:9180")
            #expect(answer.status == 200)
        }
    }

    private static func ask(_ port: Int, _ path: String, host: String) async throws -> TCPConnection.Answer {
        let connection = try TCPConnection(port: port)
        connection.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        return TCPConnection.Answer(await connection.rest().text)
    }

    @Test func itListensOnVersion6() async throws {
        try await listen(host: "::1") { port in
            let health = try await TCPConnection(port: port, version6: true).ask("GET", "/health")
            #expect(health.status == 200)
        }
    }

    @Test func aPortThatIsTakenIsSaidWithAWayOut() async throws {
        try await listen { port in
            let second = Listener(host: "127.0.0.1", port: port, observed: Words(), isLoopback: true, tellsDetails: false, log: Self.log)
            let failure = await #expect(throws: ControlFailure.self) { try await second.run { _ in Issue.record("it has the port") } }
            #expect(failure?.problem == "another program has this address")
            #expect(failure?.fix.contains("ss -ltnp") == true)
        }
    }

    @Test func anAddressOfAnotherMachineIsSaid() async throws {
        let listener = Listener(host: "192.0.2.1", port: 0, observed: Words(), isLoopback: true, tellsDetails: false, log: Self.log)
        let failure = await #expect(throws: ControlFailure.self) { try await listener.run { _ in Issue.record("it has the address") } }
        #expect(failure?.problem == "this machine has no such address")
    }

    @Test func oneConnectionMayAskManyTimes() async throws {
        try await listen(bounds: Self.patient()) { port in
            let connection = try TCPConnection(port: port)
            for _ in 0..<3 {
                connection.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await connection.isReadable(within: 20_000))
            }
            connection.send("GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let rest = await connection.rest()
            #expect(rest.isClosed && rest.text.split(separator: "HTTP/1.1 200").count == 4)
        }
    }

    // MARK: Whoever takes more than their part

    private static func brief() -> Listener.Bounds {
        var bounds = Listener.Bounds()
        bounds.idle = .milliseconds(200)
        bounds.request = .milliseconds(400)
        return bounds
    }

    /// For what must not end by itself, however slow the machine is.
    private static func patient() -> Listener.Bounds {
        var bounds = Listener.Bounds()
        bounds.idle = .seconds(600)
        bounds.request = .seconds(600)
        return bounds
    }

    @Test(arguments: ["", "GET /met", "GET /metrics HTTP/1.1\r\nHost: a\r\n"])
    func halfARequestIsNotWaitedFor(_ half: String) async throws {
        try await listen(bounds: Self.brief()) { port in
            let connection = try TCPConnection(port: port)
            connection.send(half)
            #expect(await connection.rest().isClosed)
        }
    }

    /// Each byte is news, and none of them is waited for beyond the bound.
    @Test(arguments: ["GET /", "GET / HTTP/1.1\r\nX: "])
    func aHeadThatTricklesIsNotWaitedFor(_ beginning: String) async throws {
        try await listen(bounds: Self.brief()) { port in
            let connection = try TCPConnection(port: port)
            connection.send(beginning)
            var sent = 0
            while await !connection.isReadable(within: 20), sent < 1000 {
                connection.send("x")
                sent += 1
            }
            #expect(sent < 1000)
            let rest = await connection.rest()
            #expect(rest.isClosed && !rest.text.contains("200 OK"))
        }
    }

    @Test func aPathIsBounded() async throws {
        try await listen { port in
            let answer = try await TCPConnection(port: port).ask("GET", "/" + String(repeating: "x", count: 100_000))
            #expect(answer.status == 400 || answer.status == 0, "\(answer)")
        }
    }

    @Test func aBodyWithoutAnEndIsNotReadForEver() async throws {
        try await listen(bounds: Self.brief()) { port in
            let connection = try TCPConnection(port: port)
            connection.send("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
            let sender = Task {
                while !Task.isCancelled {
                    connection.send(String(repeating: "x", count: 1000))
                    await Task.yield()
                }
            }
            #expect(await connection.rest().isClosed)
            sender.cancel()
        }
    }

    /// Some megabytes: more than the kernel keeps for somebody who does not read.
    private static let large: [MetricFamily] = [
        MetricFamily(
            "large", .gauge, help: "Much.",
            (0..<200_000).map { .init([.init("number", "\($0) \(String(repeating: "x", count: 100))")], Double($0)) })
    ]

    @Test func whoeverReadsNoAnswerIsNotWaitedFor() async throws {
        var bounds = Self.brief()
        bounds.connections = 1
        try await listen(Words(families: Self.large), bounds: bounds) { port in
            let slow = try TCPConnection(port: port, room: 4096)
            slow.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await slow.isReadable(within: 20_000))
            // The one place is free again when the server has closed that connection.
            #expect(try await TCPConnection(port: port).ask("GET", "/health").status == 200)
            let rest = await slow.rest()
            #expect(rest.isClosed && rest.text.utf8.count < MetricsText.bytes(of: Self.large, as: .text).count)
        }
    }

    @Test func headersAreBounded() async throws {
        try await listen { port in
            for headers in [
                "X: " + String(repeating: "x", count: 100_000), (0..<5000).map { "X\($0): 1" }.joined(separator: "\r\n"),
            ] {
                let answer = try await TCPConnection(port: port).ask("GET", "/health", headers)
                #expect(answer.status == 400 || answer.status == 431 || answer.status == 0, "\(answer)")
            }
            #expect(try await TCPConnection(port: port).ask("GET", "/health").status == 200)
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "\0\0\0\0", "GET\r\n\r\n", "GET /health HTTP/9.9\r\n\r\n", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}",
    ])
    func whatIsNoRequestEndsItsConnectionAndNoMore(_ text: String) async throws {
        try await listen(bounds: Self.brief()) { port in
            let connection = try TCPConnection(port: port)
            connection.send(text)
            let answer = await connection.rest()
            #expect(answer.isClosed && !answer.text.contains("200 OK"), "\(answer)")
            #expect(try await TCPConnection(port: port).ask("GET", "/health").status == 200)
        }
    }

    @Test func connectionsBeyondTheBoundWaitUntilAPlaceIsFree() async throws {
        var bounds = Self.patient()
        bounds.connections = 3
        try await listen(bounds: bounds) { port in
            var silent: [TCPConnection] = try (0..<3).map { _ in try TCPConnection(port: port) }
            for connection in silent { connection.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n") }
            for connection in silent { #expect(await connection.isReadable(within: 20_000)) }
            let late = try TCPConnection(port: port)
            late.send("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(await !late.isReadable(within: 300), "there is no place")
            silent.removeFirst()
            #expect(TCPConnection.Answer(await late.rest().text).status == 200)
        }
    }

    @Test func twoHostsAreRefused() async throws {
        try await listen { port in
            let both = try await TCPConnection(port: port).ask("GET", "/metrics", "Host: elsewhere.example")
            #expect(both.status == 400 && both.body.contains("the request names more than one host"), "\(both)")
            #expect(try await TCPConnection(port: port).ask("GET", "/health", "Host: localhost").status == 400, "nor the same twice")
        }
    }

    @Test func manyWhoScrapeAtOnceShareTheWriting() async throws {
        let words = Words(families: Self.large)
        try await listen(words, bounds: Self.patient()) { port in
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<24 { group.addTask { try await TCPConnection(port: port).ask("GET", "/metrics").body.utf8.count } }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(sizes == [MetricsText.bytes(of: Self.large, as: .text).count])
            #expect(words.written < 24, "\(words.written)")
        }
    }

    @Test func theServerEndsInOrderWhileOthersAsk() async throws {
        for _ in 0..<10 {
            try await listen { port in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            do {
                                for _ in 0..<10 { _ = try await TCPConnection(port: port).ask("GET", "/metrics") }
                            } catch {
                                // The server has ended, which is what this is about.
                            }
                        }
                    }
                    await group.next()
                }
            }
        }
    }
}
