import Foundation
import JobKit
import Synchronization
import Testing

/// Names that are no text, or that a shell takes apart.
@Suite struct OddNameTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.scratch.shell("printf odd > \"$(printf 'tree/a\\377b')\"; printf blank > 'tree/my notes'; printf plain > 'tree/c\\x41'")
    }

    private func verb(_ name: String, _ words: String...) async throws -> (JobReport, [String]) {
        let (result, lines) = try await bench.verb(name, words)
        return (try result.get(), lines)
    }

    @Test func areNamedAsTheyArePrinted() async throws {
        _ = try await bench.run().get()
        let printed = try await verb("show", "latest").1.joined(separator: "\n")
        #expect(printed.contains(#"data/a\xffb"#), "\(printed)")
        _ = try await verb("cat", "latest", #"data/a\xffb"#)
        _ = try await verb("cat", "latest", #"data/c\x41"#)
        #expect(String(decoding: bench.written.withLock { $0 }, as: UTF8.self) == "oddplain")
        #expect(try await verb("find", #"a\xff*"#).1.contains { $0.hasSuffix(#"data/a\xffb"#) })
        let restored = try await verb("restore", "latest", "--to", bench.scratch.path + "/out", "--path", #"data/a\xffb"#).0
        #expect(restored.outcome == .succeeded && restored.numbers["files"] == 1)
        #expect(try bench.scratch.shell("cat out/data/a*") == "odd")
    }

    @Test func whatIsWrittenComesBeforeWhatItIsPrintedFor() async throws {
        try bench.scratch.shell("printf decoded > tree/cA")
        _ = try await bench.run().get()
        _ = try await verb("cat", "latest", #"data/c\x41"#)
        #expect(String(decoding: bench.written.withLock { $0 }, as: UTF8.self) == "plain")
        try bench.scratch.shell("echo new > tree/cA; echo new > 'tree/c\\x41'")
        _ = try await verb("restore", "latest", "--in-place", "--path", #"data/c\x41"#)
        #expect(try bench.scratch.shell("cat 'tree/c\\x41' tree/cA") == "plainnew\n")
        try bench.scratch.shell("rm 'tree/c\\x41'")
        _ = try await verb("restore", "latest", "--in-place", "--path", #"data/\x63A"#)
        #expect(try bench.scratch.shell("cat tree/cA") == "decoded")
    }

    @Test func theTextInTheRepositoryTakesPathsWithBlanksAndALatestThatIsNoLink() async throws {
        _ = try await bench.run().get()
        try bench.scratch.shell("cd set-nightly/data; L=$(readlink latest); rm latest; printf %s \"$L\" > latest", in: "repo")
        try bench.pasteRestoreText(into: "one", more: ["set --\n": "set -- 'data/my notes'\n"])
        #expect(try bench.scratch.shell("cd one; find . -type f") == "./data/my notes\n")
        try bench.pasteRestoreText(into: "all")
        try bench.scratch.shell("diff -r all/data tree")
    }
}
