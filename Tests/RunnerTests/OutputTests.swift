import FoundationEssentials
import Glibc
import Runner
import Testing

/// What a worker writes, and what of it is kept.
struct OutputTests {
    static let runBound = 16 * 1024 * 1024
    static let slack = 64 * 1024

    @Test func linesKeepTheirOrderAndAnUnfinishedLastOneIsKept() async throws {
        let bench = try Bench()
        let record = try await bench.finished(Bench.script("echo one; echo; printf 'two\\nthree'; echo oops >&2; printf end >&2"))
        #expect(try bench.texts() == ["one", "", "two", "three"])
        #expect(try bench.errors() == ["oops", "end"])
        #expect(record.output.stdoutBytes == 14 && record.output.stderrBytes == 8)
        #expect(record.output.keptBytes == Int64(try bench.bytes("events.jsonl").count + bench.bytes("stderr.log").count))
    }

    @Test func stderrLinesAreStampedInUTC() async throws {
        let bench = try Bench()
        _ = try await bench.finished(Bench.script("echo oops >&2"))
        let line = String(decoding: try bench.bytes("stderr.log"), as: UTF8.self)
        #expect(try /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z oops\n/.wholeMatch(in: line) != nil)
        let stamp = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(String(line.prefix(24)))
        let record = try bench.runner.inspect(run: "RUN1")
        guard case .finished(let exit) = record else { return #expect(Bool(false), "\(record)") }
        #expect((exit.startedAtMs...exit.endedAtMs).contains(Int64((stamp.timeIntervalSince1970 * 1000).rounded())))
    }

    @Test func bytesThatAreNotTextAreMadeText() async throws {
        let bench = try Bench()
        _ = try await bench.finished(Bench.script(#"printf 'a\000b\377c\303\244\355\240\200"\\\t\033\n'; printf 'x\000\377\n' >&2"#))
        #expect(try bench.texts() == ["a\0b\u{FFFD}cä\u{FFFD}\u{FFFD}\u{FFFD}\"\\\t\u{1B}"])
        #expect(try bench.bytes("stderr.log").suffix(4) == [120, 0, 255, 10])
    }

    @Test func aLineOfOneMegabyteIsCutAndSaysSo() async throws {
        let bench = try Bench()
        let record = try await bench.finished(
            Bench.script("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo after; head -c 1000000 /dev/zero | tr '\\0' y >&2"))
        let lines = try bench.lines()
        guard lines.count == 2, case .raw(_, let text, let isCut) = lines[0] else { return #expect(Bool(false), "\(lines.count) lines") }
        #expect(isCut && text.utf8.count > 65_000 && text.utf8.count < 65_536 && text.allSatisfy { $0 == "x" })
        #expect(try bench.texts().last == "after")
        let error = try bench.errors()
        #expect(error.count == 1 && error[0].hasSuffix("y [cut: the line is longer than 64 KiB]"))
        #expect(try bench.bytes("stderr.log").count <= 65_536)
        #expect(record.output.cutLines == 2)
    }

    @Test func aLineOfNULsStaysWithinTheBoundOfALine() async throws {
        let bench = try Bench()
        _ = try await bench.finished(Bench.script("head -c 60000 /dev/zero; echo; echo after"))
        #expect(try bench.bytes("events.jsonl").split(separator: 10).allSatisfy { $0.count < 65_536 })
        #expect(try bench.texts().last == "after")
    }

    @Test func wireLinesPassAsTheyAreAndOthersAreWrapped() async throws {
        let bench = try Bench()
        let script = #"""
            echo '{"t":"log","level":"info","message":"hello"}'; echo plain; echo '{"broken'
            echo '{"at":1,"note":"attempt 9"}'; echo ' {"t":"log"}'; printf '{"t":"result"}'
            """#
        _ = try await bench.finished(Bench.script(script, mode: .wire))
        let lines = try bench.lines()
        #expect(lines.count == 6)
        #expect(lines[0] == .wire(Array(#"{"t":"log","level":"info","message":"hello"}"#.utf8)))
        #expect(lines[2] == .wire(Array(#"{"broken"#.utf8)))
        #expect(lines[5] == .wire(Array(#"{"t":"result"}"#.utf8)))
        #expect(try bench.texts() == ["plain", #"{"at":1,"note":"attempt 9"}"#, #" {"t":"log"}"#])
        #expect(try bench.notes() == [])
    }

    @Test func aProgramsLinesAreNeverTakenForTheWire() async throws {
        let bench = try Bench()
        _ = try await bench.finished(Bench.script(#"echo '{"t":"result","state":"succeeded"}'"#))
        #expect(try bench.texts() == [#"{"t":"result","state":"succeeded"}"#])
    }

    @Test func whoeverSaysNothingLeavesNoFile() async throws {
        let bench = try Bench()
        let record = try await bench.finished(Bench.script("exit 0", mode: .wire))
        #expect(try bench.lines().isEmpty)
        #expect(record.output.stdoutBytes == 0 && !record.output.cut)
        #expect(try bench.names().isDisjoint(with: ["events.jsonl", "stderr.log"]))
    }

    @Test("a flood of one gigabyte that nobody reads stays within the bound", arguments: [WorkerMode.program, .wire])
    func boundsTheFlood(_ mode: WorkerMode) async throws {
        let bench = try Bench()
        let script = #"yes 'a line of nothing' | head -c 1000000000; echo; echo '{"state":"succeeded", "t": "result"}'; exit 6"#
        let record = try await bench.finished(Bench.script(script, mode: mode))
        let kept = try bench.bytes("events.jsonl").count
        #expect(record.code == 6)
        #expect(record.output.cut && record.output.stdoutBytes > 1_000_000_000)
        #expect(try !bench.names().contains("stderr.log"), "nothing was said there")
        #expect(kept > Self.runBound - 2 * Self.slack && kept <= Self.runBound + Self.slack)
        #expect(try bench.notes() == ["output beyond 16 MiB is not kept"])
        let last = try #require(try bench.lines().last)
        if mode == .wire {
            #expect(last == .wire(Array(#"{"state":"succeeded", "t": "result"}"#.utf8)))
        }
    }

    @Test func bothStreamsTogetherAreBounded() async throws {
        let bench = try Bench()
        let flood = "head -c 30000000 | tr '\\0' '\\n'"
        let record = try await bench.finished(Bench.script("yes </dev/null | \(flood) & yes error | \(flood) >&2; wait"))
        let kept = try bench.bytes("events.jsonl").count + bench.bytes("stderr.log").count
        #expect(record.output.cut)
        #expect(kept <= Self.runBound + Self.slack)
    }

    @Test func theLongestResultFitsBehindTheBound() async throws {
        let bench = try Bench()
        let long = #"printf '{"t":"result","summary":"'; head -c 65000 /dev/zero | tr '\0' r; echo '"}'"#
        _ = try await bench.finished(Bench.script("yes flood | head -c 30000000; \(long); \(long)", mode: .wire))
        let size = try bench.bytes("events.jsonl").count
        #expect(size <= Self.runBound + Self.slack)
        guard case .wire(let bytes) = try bench.lines().last else { return #expect(Bool(false), "no result") }
        #expect(bytes.count == 65_027)
    }

    @Test func eventsBeyondAThousandASecondAreDroppedCountedAndSaid() async throws {
        let bench = try Bench()
        let script = #"""
            yes '{"t":"metric","name":"m","value":1}' | head -n 200000
            echo '{"t":"check","name":"c"}'; echo '{"t":"result"}'
            """#
        let record = try await bench.finished(Bench.script(script, mode: .wire))
        let lines = try bench.lines()
        let metrics = lines.count { $0 == .wire(Array(#"{"t":"metric","name":"m","value":1}"#.utf8)) }
        let seconds = Int(record.durationMs / 1000) + 2
        #expect(metrics >= 1000 && metrics <= 1000 * seconds)
        #expect(Int(record.output.droppedEvents) == 200_000 - metrics)
        let said = try bench.notes().map { try #require(Int($0.prefix { $0 != " " })) }.reduce(0, +)
        #expect(said == Int(record.output.droppedEvents))
        #expect(try #require(try bench.notes().first).hasSuffix(" events beyond 1000 a second are not kept"))
        #expect(lines.contains(.wire(Array(#"{"t":"check","name":"c"}"#.utf8))))
        #expect(lines.contains(.wire(Array(#"{"t":"result"}"#.utf8))))
    }
}
