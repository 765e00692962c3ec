import Foundation
import JobKit
import Synchronization
import Testing

/// Large files that become shorter, longer, sparse or others from point to point: each point is what the tree was, by every way to read it.
@Suite struct PatchSizeTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private var path: String { bench.scratch.path }

    private func run(_ type: String, later: TimeInterval) async throws -> JobReport {
        let report = try await bench.run(bench.settings(#""type":"\#(type)","chain_length":100"#), later: later).get()
        #expect(report.outcome == .succeeded, "\(report.summary)")
        return report
    }

    /// Reads the newest point in every way, and compares with the tree.
    private func compare(_ comment: Comment) async throws {
        let wanted = try bench.listing(of: "tree").split(separator: "\n")
        try bench.pasteRestoreText(into: "restored")
        let restored = try bench.listing(of: "restored/data").split(separator: "\n")
        #expect(restored.difference(from: wanted).isEmpty, "\(comment), by the text: \(restored.difference(from: wanted))")
        let (verified, damage) = try await bench.verb("verify", [])
        #expect(throws: Never.self, "\(comment): \(damage)") { try verified.get() }
        let ours = try await bench.verb("restore", ["latest", "--to", "\(path)/ours"]).0
        #expect(throws: Never.self, "\(comment)") { try ours.get() }
        if case .success = ours {
            let own = try bench.listing(of: "ours/data").split(separator: "\n")
            #expect(own.difference(from: wanted).isEmpty, "\(comment), by us: \(own.difference(from: wanted))")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: path + "/tree") {
            bench.written.withLock { $0 = [] }
            let shown = try await bench.verb("cat", ["latest", "data/\(name)"]).0
            #expect(throws: Never.self, "\(comment), cat of \(name)") { try shown.get() }
            let content = try Data(contentsOf: URL(filePath: "\(path)/tree/\(name)"))
            #expect(bench.written.withLock { Data($0) == content }, "\(comment), cat of \(name)")
        }
        try bench.scratch.shell("rm -rf restored restored-program ours")
    }

    /// What becomes of a file from point to point, each by a line of shell.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        var size = "30M"
        let steps: [String]
    }

    @Test(
        "a file that is cut is restored as it is then, and so is what follows",
        arguments: [
            Row(testDescription: "to whole mebibytes", steps: ["truncate -s 24M big", "printf x | dd of=big bs=1 seek=5000000 $D"]),
            Row(testDescription: "to the smallest that is patched", steps: ["truncate -s 16M big", "touch big", "printf x >> big"]),
            Row(testDescription: "to less than is patched", steps: ["truncate -s 15M big", "truncate -s 20M big", "truncate -s 17M big"]),
            Row(testDescription: "to nothing", steps: ["truncate -s 0 big", "truncate -s 20M big", "truncate -s 17M big"]),
            Row(testDescription: "within a mebibyte", steps: ["truncate -s 25000001 big", "truncate -s 24M big"]),
            Row(
                testDescription: "twice, and grown with holes", size: "31M",
                steps: ["truncate -s 24M big", "truncate -s 20M big", "truncate -s 30M big", "truncate -s 18M big"]),
            Row(
                testDescription: "after a patch, in front of it and behind it",
                steps: [
                    "printf x | dd of=big bs=1 seek=26000000 $D; printf x | dd of=big bs=1 seek=3000000 $D", "truncate -s 27M big",
                    "truncate -s 20M big", "truncate -s 28M big",
                ]),
            Row(
                testDescription: "with holes, to a hole and to data",
                steps: ["fallocate -p -o 9M -l 12M big", "truncate -s 24M big", "truncate -s 29M big", "touch big; truncate -s 17M big"]),
            Row(
                testDescription: "that was a hole from its first point on", size: "0",
                steps: ["truncate -s 30M big", "truncate -s 24M big", "printf x | dd of=big bs=1 seek=20M $D", "truncate -s 22M big"]),
        ])
    func isCut(_ row: Row) async throws {
        let dd = "D='conv=notrunc status=none'; cd tree; "
        // Each mebibyte is its own, and compresses well.
        try bench.scratch.shell("python3 -c 'import os; [os.write(1, os.urandom(4096) * 256) for _ in range(31)]' > tree/big")
        try bench.scratch.shell("truncate -s \(row.size) tree/big; echo small > tree/small")
        var later: TimeInterval = 0
        _ = try await run("incremental", later: later)
        for (number, step) in row.steps.enumerated() {
            try bench.scratch.shell(dd + step)
            later += 60
            let report = try await run("incremental", later: later)
            #expect(report.summary.hasPrefix("incremental point"), "\(report.summary)")
            try await compare("step \(number)")
        }
        _ = try await run("synthetic", later: later + 60)
        try await compare("synthetic")
        try bench.scratch.shell("truncate -s 17M tree/big")
        _ = try await run("incremental", later: later + 120)
        try await compare("on the synthetic one")
    }

    @Test func foldersKeepTheirTimesAroundPatchesByTheTextToo() async throws {
        try bench.scratch.shell(
            "mkdir -p tree/d/e; head -c 17000000 /dev/zero | tee tree/b tree/d/b > tree/d/e/b; echo 1 | tee tree/c tree/d/c > tree/d/e/c")
        _ = try await run("incremental", later: 0)
        // A name is made and removed in each folder, so that all of them are stored; behind each patch comes a file that tar makes anew.
        try bench.scratch.shell(
            "cd tree; for F in . d d/e; do printf x | dd of=$F/b bs=1 seek=5M conv=notrunc status=none; rm $F/c; echo 2 > $F/c; done; sleep 0.1"
        )
        _ = try await run("incremental", later: 60)
        try bench.pasteRestoreText(into: "restored")
        #expect(try bench.listing(of: "restored/data") == (try bench.listing(of: "tree")))
    }

    private static let environment = ProcessInfo.processInfo.environment
    /// More of them where somebody asks for that, and the seed that brings a failure back.
    private static let seed = environment["SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
    private static let steps = environment["CHAINS"].flatMap { Int($0) }.map { $0 * 10 } ?? 5

    @Test func anyChangesOfSizeAreRestored() async throws {
        print("sizes: SEED=\(Self.seed), \(Self.steps) steps")
        let mutator = LargeFileMutator(scratch: bench.scratch, seed: Self.seed)
        var history = ""
        for step in 0..<Self.steps {
            let done = try mutator.mutate("tree", step: step, changes: 3)
            // A point of archives alone now and then: the next patches lie on it.
            let isSynthetic = step % 5 == 2
            history += "step \(step):\n\(done)"
            _ = try await run("incremental", later: Double(step) * 60)
            try await compare("seed \(Self.seed), step \(step) of\n\(history)")
            guard isSynthetic else { continue }
            _ = try await run("synthetic", later: Double(step) * 60 + 30)
            try await compare("seed \(Self.seed), synthetic after step \(step) of\n\(history)")
        }
    }
}
