import Foundation
import Synchronization
import Testing

@testable import Transfer

/// Exchanges with real servers on loopback and on a Unix socket.
@Suite struct HTTPTransferTests {
    private static func socketPath() -> String { NSTemporaryDirectory() + "transfer-\(UUID().uuidString.prefix(8)).sock" }

    @Test func aRequestGoesOutAndItsAnswerComesBack() async throws {
        let seen = Mutex("")
        let server = try LoopbackServer { connection in
            let request = connection.request()
            seen.withLock { $0 = request }
            connection.answer("HTTP/1.1 201 Created\r\nX-Kind: odd\r\nContent-Length: 5\r\n\r\nhello")
        }
        var request = HTTPRequest("POST", server.url + "/path?query=1")
        request.headers = [("X-Sent", "yes")]
        request.body = Array("body text".utf8)
        let response = try await HTTPTransfer().send(request)
        #expect(response.status == 201)
        #expect(response.header("x-kind") == "odd")
        #expect(response.body == Array("hello".utf8))
        let text = seen.withLock { $0 }
        #expect(text.hasPrefix("POST /path?query=1 HTTP/1.1\r\n"))
        #expect(text.contains("X-Sent: yes\r\n"))
        #expect(!text.lowercased().contains("expect:"))
        #expect(text.hasSuffix("\r\n\r\nbody text"))
    }

    @Test func aUnixSocketIsAskedInsteadOfTheHost() async throws {
        let path = Self.socketPath()
        let server = try LoopbackServer(path: path) { connection in
            _ = connection.request()
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        var request = HTTPRequest("GET", "http://local/v1/status")
        request.unixSocket = path
        let response = try await HTTPTransfer().send(request)
        #expect(response.body == Array("ok".utf8))
        withExtendedLifetime(server) {}
    }

    @Test func piecesComeBeforeTheAnswerIsWhole() async throws {
        let (pieces, continuation) = AsyncStream.makeStream(of: String.self)
        let goOn = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { connection in
            _ = connection.request()
            connection.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            goOn.wait()
            connection.answer("4\r\nlast\r\n0\r\n\r\n")
        }
        let url = server.url
        let exchange = Task {
            // Whatever comes of it, nobody waits for a piece that does not come.
            defer { continuation.finish() }
            return try await HTTPTransfer().stream(
                HTTPRequest("GET", url), onHead: { continuation.yield("head \($0.status)") },
                onBytes: { continuation.yield(String(decoding: $0, as: UTF8.self)) })
        }
        var iterator = pieces.makeAsyncIterator()
        #expect(await iterator.next() == "head 200")
        #expect(await iterator.next() == "first")
        goOn.signal()
        #expect(await iterator.next() == "last")
        #expect(try await exchange.value.status == 200)
    }

    @Test func nobodyThereIsSaidWithTheReason() async throws {
        var request = HTTPRequest("GET", "http://local/")
        request.unixSocket = Self.socketPath()
        let path = try #require(request.unixSocket)
        await #expect(throws: TransferError.notReachable(place: path, reason: "No such file or directory", code: ENOENT)) {
            try await HTTPTransfer().send(request)
        }
        await #expect(throws: TransferError.notReachable(place: "http://127.0.0.1:1", reason: "Connection refused", code: ECONNREFUSED)) {
            try await HTTPTransfer().send(HTTPRequest("GET", "http://user:secret@127.0.0.1:1/secret?secret"))
        }
    }

    @Test func silenceIsGivenUpInTime() async throws {
        let server = try LoopbackServer { $0.waitForHangUp() }
        var request = HTTPRequest("GET", server.url)
        request.timeout = .milliseconds(200)
        let sent = request
        await #expect(throws: TransferError.timedOut(place: server.url)) { try await HTTPTransfer().send(sent) }
    }

    @Test func anAnswerBeyondItsBoundIsRefused() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.request()
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world")
        }
        var request = HTTPRequest("GET", server.url)
        request.maximumBodyBytes = 10
        let sent = request
        await #expect(throws: TransferError.tooLarge(place: server.url, bound: 10)) { try await HTTPTransfer().send(sent) }
    }

    @Test func aCancelledTaskLetsGoAtOnce() async throws {
        let arrived = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { connection in
            _ = connection.request()
            arrived.signal()
            connection.waitForHangUp()
        }
        var request = HTTPRequest("GET", server.url)
        request.timeout = nil
        let sent = request
        let task = Task { () async -> TransferError? in
            do throws(TransferError) {
                _ = try await HTTPTransfer().send(sent)
                return nil
            } catch { return error }
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                arrived.wait()
                continuation.resume()
            }
        }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test(
        "a redirect is an answer, and no other protocol is spoken",
        arguments: [("file:///etc/passwd", "Unsupported protocol"), ("ftp://127.0.0.1:1/", "Unsupported protocol")])
    func protocols(_ url: String, _ reason: String) async throws {
        let server = try LoopbackServer { connection in
            _ = connection.request()
            connection.answer("HTTP/1.1 302 Found\r\nLocation: \(url)\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(try await HTTPTransfer().send(HTTPRequest("GET", server.url)).status == 302)
        do throws(TransferError) {
            _ = try await HTTPTransfer().send(HTTPRequest("GET", url))
            Issue.record("\(url) was asked")
        } catch {
            #expect(error.problem.hasSuffix(reason), "\(error)")
        }
    }

    @Test(arguments: [
        ("https://user:pass@host.example:8443/a?b#c", "https://host.example:8443"), ("https://hc-ping.com/uuid", "https://hc-ping.com"),
        ("nonsense", "nonsense"),
    ])
    func messagesNameThePlaceOnly(_ url: String, _ place: String) { #expect(HTTPRequest("GET", url).place == place) }
}

/// Exchanges that are measured, on the thread that asks.
@Suite struct MeasurementTests {
    @Test func eachPartOfAnExchangeHasItsTime() throws {
        let server = try LoopbackServer { connection in
            _ = connection.request()
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        }
        let measurement = HTTPTransfer().measure(HTTPRequest("GET", server.url))
        #expect(try measurement.outcome.get().body == Array("hello".utf8))
        let times = measurement.times
        let parts = try [#require(times.lookup), #require(times.connect), #require(times.firstByte)]
        #expect(parts.allSatisfy { $0 >= .zero } && parts.reduce(.zero, +) <= times.total)
        #expect(times.secure == nil && measurement.certificates == [])
    }

    @Test func whatFailedTellsHowFarItCame() throws {
        let refused = HTTPTransfer().measure(HTTPRequest("GET", "http://127.0.0.1:1"))
        #expect(throws: TransferError.notReachable(place: "http://127.0.0.1:1", reason: "Connection refused", code: ECONNREFUSED)) {
            try refused.outcome.get()
        }
        #expect(refused.times.connect == nil && refused.times.total > .zero)
        let server = try LoopbackServer { $0.waitForHangUp() }
        var request = HTTPRequest("GET", server.url)
        request.timeout = .milliseconds(200)
        let silent = HTTPTransfer().measure(request)
        #expect(throws: TransferError.timedOut(place: server.url)) { try silent.outcome.get() }
        #expect(silent.times.connect != nil && silent.times.firstByte == nil)
    }

    @Test func aConnectionAloneAsksNothing() throws {
        let seen = Mutex(false)
        let hungUp = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { connection in
            let request = connection.request()
            seen.withLock { $0 = !request.isEmpty }
            hungUp.signal()
        }
        var request = HTTPRequest("GET", server.url)
        request.endsWhenConnected = true
        let measurement = HTTPTransfer().measure(request)
        #expect(try measurement.outcome.get().status == 0)
        hungUp.wait()
        #expect(!seen.withLock { $0 })
    }
}
