import ControlAPI
import Foundation
import Testing

/// What is written reads back as the same, by the formats' own tools.
@Suite(.enabled(if: MetricsChecker.isThere, "needs prometheus_client and promtool: deployment/scripts/setup test"))
struct MetricsFormatTests {
    /// Random texts, many of them made of what the formats give a meaning.
    private struct Texts {
        var random = SeededRandom(seed: 20_270_115)
        private static let pieces = [
            "\\", "\"", "\n", "\r", "\t", " ", "{", "}", ",", "=", "#", "# EOF", "\\n", "\u{0}", "\u{2028}", "ä", "日", "🙂", "job",
        ]

        mutating func next() -> String {
            let count = Int.random(in: 0...12, using: &random)
            return (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
        }
    }

    private static let hostile: [MetricFamily] = {
        var texts = Texts()
        let values: [Double] = [0, -1, 1e300, .leastNonzeroMagnitude, .infinity, -.infinity, 1_794_700_000.123, 0.1 + 0.2]
        var histogram = Histogram(bounds: [0.000_01, 0.5, 1, 123_456.5])
        for value in [0, 0.000_01, 0.7, 2e6] { histogram.observe(value) }
        let labels = (0..<400).map { [MetricFamily.Label("number", "\($0)"), .init("text", texts.next())] }
        return [
            MetricFamily("hostile", .gauge, help: texts.next(), labels.enumerated().map { .init($1, values[$0 % values.count]) }),
            MetricFamily(
                "hostile_seconds", .histogram, unit: "seconds", help: texts.next(), labels.prefix(50).map { .init($0, histogram) }),
            MetricFamily("hostile_bytes", .counter, unit: "bytes", help: "a\\\"b", labels.suffix(50).map { .init($0, 3) }),
            MetricFamily("hostile_build", .info, help: "", [.init([.init("version", texts.next())], 1)]),
        ]
    }()

    @Test(arguments: MetricsFormat.allCases)
    func everyTextAndNumberReadsBackAsItWas(_ format: MetricsFormat) throws {
        let samples = try MetricsChecker.read(MetricsText.bytes(of: Self.hostile, as: format), as: format)
        var expected: [MetricsChecker.Sample] = []
        for family in Self.hostile {
            for sample in family.samples {
                let labels = Dictionary(sample.labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
                switch sample.value {
                case .number(let number):
                    let name = family.kind == .counter ? family.name + "_total" : family.kind == .info ? family.name + "_info" : family.name
                    expected.append(.init(name: name, labels: labels, value: number))
                case .histogram(let histogram):
                    expected += Self.samples(of: histogram, family.name, labels)
                }
            }
        }
        #expect(samples.count == expected.count)
        #expect(Set(samples) == Set(expected))
    }

    private static func samples(of histogram: Histogram, _ name: String, _ labels: [String: String]) -> [MetricsChecker.Sample] {
        var below = 0.0
        var samples = zip(histogram.bounds.map { "\($0)" } + ["+Inf"], histogram.counts).map { bound, count in
            below += Double(count)
            return MetricsChecker.Sample(name: name + "_bucket", labels: labels.merging(["le": bound]) { $1 }, value: below)
        }
        samples.append(.init(name: name + "_sum", labels: labels, value: histogram.sum))
        samples.append(.init(name: name + "_count", labels: labels, value: below))
        return samples
    }

    @Test func promtoolReadsTheTextFormat() throws {
        #expect(try MetricsChecker.lint(MetricsText.bytes(of: MetricsTextTests.families, as: .text)) == "")
        // It does complain of what is wrong.
        #expect(try MetricsChecker.lint(Array("a{x=\"1} 1\n".utf8)) != "")
    }

    @Test func theParserRefusesWhatIsWrong() {
        #expect(throws: (any Error).self) { try MetricsChecker.read(Array("# TYPE a counter\na 1\n# EOF\n".utf8), as: .openMetrics) }
        #expect(throws: (any Error).self) { try MetricsChecker.read(Array("a 1\n".utf8), as: .openMetrics) }
        #expect(throws: (any Error).self) { try MetricsChecker.read(Array("a{b=\"c\n\"} 1\n".utf8), as: .text) }
    }
}

/// Numbers that are the same in each run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
