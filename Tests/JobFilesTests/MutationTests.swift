import CronSchedule
import Foundation
import SchedulerCore
import Testing

@testable import JobFiles

@Suite struct MutationTests {
    /// Bytes that mean something to YAML, to our expansion or to neither.
    private static let spice: [[UInt8]] = [
        [0], [0xFF], [0xC3], [0xEF, 0xBB, 0xBF], Array("\t".utf8), Array("\n".utf8), Array("\r".utf8), Array("- ".utf8), Array("? ".utf8),
        Array(": ".utf8), Array("[".utf8), Array("]".utf8), Array("{".utf8), Array("}".utf8), Array("&a ".utf8), Array("*a".utf8),
        Array("<<: ".utf8),
        Array("\"".utf8), Array("'".utf8), Array("|\n".utf8), Array(">-\n".utf8), Array("!x ".utf8), Array("${".utf8), Array("${A:-".utf8),
        Array("---\n".utf8), Array("...\n".utf8), Array("%YAML 1.1\n".utf8), Array("# ".utf8), Array("\u{2028}".utf8),
        Array("@every ".utf8),
        Array("99999999999999999999".utf8), Array("1e400".utf8), Array("@".utf8), Array("`".utf8), Array("secret:".utf8),
    ]

    private static var inputs: [[UInt8]] {
        get throws {
            let text = try String(contentsOf: here.appending(path: "Fixtures/full.yaml"), encoding: .utf8)
            return [Array(text.utf8)]
                + ["a: &a [x]\nb: *a\n", "uses: command\nwith:\n  shell: |\n    echo\n    done\n"].map { Array($0.utf8) }
        }
    }

    /// `ACORE_SEED` repeats a run; the seed stands in each failure.
    @Test func noBytesCrashTheReader() throws {
        let seed = ProcessInfo.processInfo.environment["ACORE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...(.max))
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        let reader = loader(environment: ["A": "x"])
        let inputs = try Self.inputs
        for round in 0..<3_000 {
            var bytes = inputs[round % inputs.count]
            for _ in 0...Int.random(in: 0...6, using: &random) { Self.mutate(&bytes, using: &random) }
            let set = reader.load(bytes: bytes, name: "job", now: present)
            #expect(set.definitions.isEmpty == set.hasErrors, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
            for finding in set.findings where finding.problem.isEmpty || finding.fix.isEmpty || finding.line < 1 || finding.column < 1 {
                Issue.record("seed \(seed), round \(round): \(finding)")
            }
            _ = FindingReport(colour: true).text(for: set.findings)
        }
    }

    private static func mutate(_ bytes: inout [UInt8], using random: inout SplitMix) {
        let position = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, position + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.removeSubrange(position..<end)
        case 1: bytes.insert(contentsOf: spice.randomElement(using: &random) ?? [], at: position)
        case 2: bytes.insert(contentsOf: bytes[position..<end], at: position)
        case 3: bytes.replaceSubrange(position..<end, with: spice.randomElement(using: &random) ?? [])
        case _: if position < bytes.count { bytes[position] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random) }
        }
    }
}

/// SplitMix64: the same numbers for the same seed everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension JobFileLoader {
    /// As `load(text:)`, for bytes that need not be text.
    func load(bytes: [UInt8], name: String, now: Instant) -> JobFileSet {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            let reader = JobFileReader(rules: .sample(history: .init()), environment: [:])
            return JobFileSet([reader.read(bytes: bytes, path: name, name: name)])
        }
        return load(text: text, name: name, now: now)
    }
}
