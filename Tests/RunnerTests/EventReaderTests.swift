import FoundationEssentials
import Glibc
import Runner
import Testing

/// Reading events.jsonl, whatever it holds.
struct EventReaderTests {
    private func write(_ text: String, to bench: Bench) throws {
        mkdir(bench.folder(), 0o700)
        try Data(text.utf8).write(to: .init(filePath: bench.folder() + "/events.jsonl"))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let line: String
        let content: EventLine.Content
        var testDescription: String { line }
    }

    @Test(
        "a line is taken for what it is",
        arguments: [
            Row(line: #"{"at":5,"raw":"a\u0000b"}"#, content: .raw(atMs: 5, text: "a\0b", isCut: false)),
            Row(line: #"{"at":5,"raw":"a","cut":true}"#, content: .raw(atMs: 5, text: "a", isCut: true)),
            Row(line: #"{"at":5,"note":"attempt 2"}"#, content: .note(atMs: 5, text: "attempt 2")),
            Row(line: #"{"t":"log","run":"OTHER"}"#, content: .wire(Array(#"{"t":"log","run":"OTHER"}"#.utf8))),
            Row(line: #"{"t":"lo"#, content: .wire(Array(#"{"t":"lo"#.utf8))),
            Row(line: #"{"at":5,"raw":"plain ä"}"#, content: .raw(atMs: 5, text: "plain ä", isCut: false)),
            Row(line: #"{"at":5,"raw":""}"#, content: .raw(atMs: 5, text: "", isCut: false)),
            Row(line: #"{"at":5,"raw":"}"#, content: .broken(Array(#"{"at":5,"raw":"}"#.utf8))),
            Row(line: #"{"at":5}"#, content: .broken(Array(#"{"at":5}"#.utf8))),
            Row(line: #"{"at":"x"#, content: .broken(Array(#"{"at":"x"#.utf8))),
            Row(line: "garbage", content: .broken(Array("garbage".utf8))),
            Row(line: "", content: .broken([])),
        ])
    func takes(_ row: Row) throws {
        let bench = try Bench()
        try write(row.line + "\n", to: bench)
        #expect(try bench.lines() == [row.content])
    }

    @Test func readingGoesOnFromAnyLinesOffset() throws {
        let bench = try Bench()
        try write((1...5000).map { "{\"at\":\($0),\"note\":\"n\"}\n" }.joined(), to: bench)
        var reader = try bench.runner.events(of: "RUN1")
        let first = try reader.read(limit: 10)
        #expect(first.count == 10 && first[9].nextOffset == reader.offset && first[3].nextOffset == first[4].offset)
        var again = try bench.runner.events(of: "RUN1", from: first[4].nextOffset)
        #expect(try again.read(limit: 1).first?.content == .note(atMs: 6, text: "n"))
        var count = 10
        while case let batch = try reader.read(), !batch.isEmpty {
            #expect(batch.count <= 1000)
            count += batch.count
        }
        #expect(count == 5000)
    }

    @Test func aHalfWrittenLineWaitsForItsEnd() throws {
        let bench = try Bench()
        try write(#"{"at":1,"note":"whole"}"# + "\n" + #"{"at":2,"no"#, to: bench)
        var reader = try bench.runner.events(of: "RUN1")
        #expect(try reader.read().count == 1)
        #expect(try reader.read().isEmpty)
        try write(#"{"at":1,"note":"whole"}"# + "\n" + #"{"at":2,"note":"now"}"# + "\n", to: bench)
        var fresh = try bench.runner.events(of: "RUN1", from: reader.offset)
        #expect(try fresh.read().first?.content == .note(atMs: 2, text: "now"))
    }

    @Test func aLineWithoutEndIsHandedOnInPieces() throws {
        let bench = try Bench()
        try write(String(repeating: "x", count: 200_000), to: bench)
        var reader = try bench.runner.events(of: "RUN1")
        let line = try #require(try reader.read().first)
        #expect(line.content == .broken([UInt8](repeating: 120, count: EventReader.lineBound)))
    }

    @Test func aFileThatIsNotThereYetHasNoLines() throws {
        var reader = try Bench().runner.events(of: "RUN1")
        #expect(try reader.read().isEmpty)
    }

    @Test func followingSeesEveryLineOfALivelyRunOnce() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo $i; done"))
        var follower = try bench.runner.follow(live)
        var texts: [String] = []
        while let lines = try await follower.next() {
            texts += lines.compactMap { if case .raw(_, let text, _) = $0.content { text } else { nil } }
        }
        #expect(texts == (1...3000).map(String.init))
        _ = try await bench.finished(live)
    }

    @Test func followingARunThatHasEndedReadsAllOfItAndEnds() async throws {
        let bench = try Bench()
        _ = try await bench.finished(Bench.script("echo a; echo b"))
        var follower = try bench.runner.follow("RUN1")
        #expect(try await follower.next()?.count == 2)
        #expect(try await follower.next() == nil)
    }
}
