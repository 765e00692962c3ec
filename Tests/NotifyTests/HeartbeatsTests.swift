import Foundation
import Notify
import SchedulerCore
import Synchronization
import Testing

/// Pings to real servers on loopback.
@Suite struct HeartbeatsTests {
    private static let run = RunID(rawValue: "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    /// Longer than any machine under load takes.
    private static let patience = Duration.seconds(600)

    /// What a server saw, and what was given up.
    final class Book: Sendable {
        private let texts = Mutex<[String]>([])
        private let problems = Mutex<[HeartbeatProblem]>([])

        func note(_ text: String) -> Int {
            texts.withLock {
                $0.append(text); return $0.count
            }
        }
        func note(_ problem: HeartbeatProblem) { problems.withLock { $0.append(problem) } }
        var seen: [String] { texts.withLock { $0 } }
        var lost: [HeartbeatProblem] { problems.withLock { $0 } }
        var lines: [String] { seen.map { String($0.split(separator: "\r\n").first ?? "") } }
    }

    private func heartbeat(_ ping: HeartbeatPing, at address: String, job: String = "j", body: String = "") throws -> Heartbeat {
        let run = try #require(Self.run)
        return Heartbeat(job: job, run: run, ping: ping, address: address) { Array(body.utf8) }
    }

    private func queue(_ book: Book, pauses: Int = 2, timeout: Duration = .seconds(300)) -> Heartbeats {
        Heartbeats(userAgent: "acore-sched/test", pauses: Array(repeating: .milliseconds(5), count: pauses), timeout: timeout) {
            book.note($0)
        }
    }

    @Test func pingsArriveInOrderWithRunAndBody() async throws {
        let book = Book()
        let server = try LoopbackServer { connection in
            _ = book.note(connection.request())
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
        }
        let queue = queue(book)
        for ping in [HeartbeatPing.start, .success, .failure, .exitStatus(3)] {
            queue.submit(try heartbeat(ping, at: server.url + "/ping/?create=1", body: "the log\n"))
        }
        await queue.finish(within: Self.patience)
        let end = "?create=1&rid=01563e3a-b5d3-d676-4c61-efb99302bd5b HTTP/1.1"
        #expect(book.lines == ["/start", "", "/fail", "/3"].map { "POST /ping\($0)\(end)" })
        #expect(book.seen.allSatisfy { $0.contains("User-Agent: acore-sched/test\r\n") && $0.hasSuffix("\r\n\r\nthe log\n") })
        #expect(book.lost == [])
    }

    @Test(arguments: [429, 500, 503])
    func aServerThatIsUnwellIsAskedAgainAndTheOrderStays(_ status: Int) async throws {
        let book = Book()
        let server = try LoopbackServer { connection in
            let isWell = book.note(connection.request()) > 2
            connection.answer("HTTP/1.1 \(isWell ? 200 : status) X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        let queue = queue(book)
        queue.submit(try heartbeat(.start, at: server.url))
        queue.submit(try heartbeat(.success, at: server.url))
        await queue.finish(within: Self.patience)
        #expect(book.lines.map { $0.contains("/start?") } == [true, true, true, false])
        #expect(book.lost == [])
    }

    @Test func aServerThatHangsUpAndComesBackGetsThePing() async throws {
        let book = Book()
        let server = try LoopbackServer { connection in
            if book.note(connection.request()) > 1 { connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        }
        let queue = queue(book)
        queue.submit(try heartbeat(.success, at: server.url))
        await queue.finish(within: Self.patience)
        #expect(book.seen.count == 2)
        #expect(book.lost == [])
    }

    @Test func aRefusalIsSaidOnceWithoutTheAddress() async throws {
        let book = Book()
        let server = try LoopbackServer { connection in
            _ = book.note(connection.request())
            connection.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        }
        let queue = queue(book)
        queue.submit(try heartbeat(.success, at: server.url + "/secret"))
        await queue.finish(within: Self.patience)
        #expect(book.seen.count == 1)
        let expected =
            "the heartbeat for run 01ARZ3NDEKTSV4RRFFQ69G5FAV of j was not delivered: "
            + "\(server.url) answered with status 404; fix: check heartbeat: in the job file"
        #expect(book.lost.map(\.description) == [expected])
    }

    @Test func whereNobodyListensThePingIsGivenUp() async throws {
        let book = Book()
        let queue = queue(book)
        queue.submit(try heartbeat(.success, at: "http://127.0.0.1:1/secret"))
        await queue.finish(within: Self.patience)
        #expect(book.lost.map(\.reason) == ["http://127.0.0.1:1 is not reachable: Connection refused"])
    }

    @Test func aServerThatNeverAnswersHoldsUpNeitherOthersNorTheEnd() async throws {
        let (hung, book) = (Book(), Book())
        let silent = try LoopbackServer { connection in
            _ = hung.note(connection.request())
            connection.waitForHangUp()
        }
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { connection in
            _ = book.note(connection.request())
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            arrived.finish()
        }
        let queue = queue(book, timeout: .seconds(3600))
        queue.submit(try heartbeat(.start, at: silent.url, job: "slow"))
        queue.submit(try heartbeat(.success, at: silent.url, job: "slow"))
        queue.submit(try heartbeat(.success, at: server.url, job: "quick"))
        for await _ in arrivals {}
        #expect(book.seen.count == 1)
        await queue.finish(within: .milliseconds(1))
        #expect(book.lost.filter { $0.job == "slow" }.map(\.reason) == ["there was no more time", "there was no more time"])
        queue.submit(try heartbeat(.success, at: server.url, job: "late"))
        #expect(book.lost.last?.reason == "the program is about to end")
    }

    @Test func moreThanTheBoundIsDroppedAndSaid() async throws {
        let book = Book()
        let silent = try LoopbackServer { $0.waitForHangUp() }
        let queue = queue(book, timeout: .seconds(3600))
        for _ in 0..<(Heartbeats.waitingBound + 2) { queue.submit(try heartbeat(.success, at: silent.url)) }
        #expect(book.lost.map(\.reason) == ["1000 pings wait already", "1000 pings wait already"])
        await queue.finish(within: .milliseconds(1))
        #expect(book.lost.count == Heartbeats.waitingBound + 2)
    }
}
