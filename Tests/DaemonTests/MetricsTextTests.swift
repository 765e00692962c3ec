import ControlAPI
import Testing

/// The two formats, byte for byte. Their own tools read the same in ``MetricsFormatTests``.
@Suite struct MetricsTextTests {
    private func text(_ families: [MetricFamily], as format: MetricsFormat) -> String {
        String(decoding: MetricsText.bytes(of: families, as: format), as: UTF8.self)
    }

    static let families: [MetricFamily] = {
        var histogram = Histogram(bounds: [0.1, 1, 2.5])
        for value in [0.05, 0.1, 0.5, 2.5, 7] { histogram.observe(value) }
        return [
            MetricFamily("jobs_loaded", .gauge, help: "Jobs.", [.init([], 3)]),
            MetricFamily("runs_ended", .counter, help: "Runs.", [.init([.init("job", "a"), .init("result", "failed")], 2)]),
            MetricFamily("nothing", .gauge, help: "Nothing.", []),
            MetricFamily("lag_seconds", .histogram, unit: "seconds", help: "Lag.", [.init([.init("job", "a")], histogram)]),
            MetricFamily("build", .info, help: "Build.", [.init([.init("version", "1.0")], 1)]),
        ]
    }()

    @Test func theTextFormatIsWrittenByTheBook() {
        #expect(
            text(Self.families, as: .text) == """
                # TYPE jobs_loaded gauge
                # HELP jobs_loaded Jobs.
                jobs_loaded 3
                # TYPE runs_ended_total counter
                # HELP runs_ended_total Runs.
                runs_ended_total{job="a",result="failed"} 2
                # TYPE lag_seconds histogram
                # HELP lag_seconds Lag.
                lag_seconds_bucket{job="a",le="0.1"} 2
                lag_seconds_bucket{job="a",le="1.0"} 3
                lag_seconds_bucket{job="a",le="2.5"} 4
                lag_seconds_bucket{job="a",le="+Inf"} 5
                lag_seconds_sum{job="a"} 10.15
                lag_seconds_count{job="a"} 5
                # TYPE build_info gauge
                # HELP build_info Build.
                build_info{version="1.0"} 1

                """)
    }

    @Test func openMetricsIsWrittenByTheBook() {
        #expect(
            text(Self.families, as: .openMetrics) == """
                # TYPE jobs_loaded gauge
                # HELP jobs_loaded Jobs.
                jobs_loaded 3
                # TYPE runs_ended counter
                # HELP runs_ended Runs.
                runs_ended_total{job="a",result="failed"} 2
                # TYPE lag_seconds histogram
                # UNIT lag_seconds seconds
                # HELP lag_seconds Lag.
                lag_seconds_bucket{job="a",le="0.1"} 2
                lag_seconds_bucket{job="a",le="1.0"} 3
                lag_seconds_bucket{job="a",le="2.5"} 4
                lag_seconds_bucket{job="a",le="+Inf"} 5
                lag_seconds_sum{job="a"} 10.15
                lag_seconds_count{job="a"} 5
                # TYPE build info
                # HELP build Build.
                build_info{version="1.0"} 1
                # EOF

                """)
    }

    @Test func whatWouldEndALineOrAQuoteIsWrittenWithABackslash() {
        let hostile = MetricFamily("m", .gauge, help: "a\\b\n\"c\"", [.init([.init("job", "x\"} 1\nm 2\\")], 1)])
        let sample = "m{job=\"x\\\"} 1\\nm 2\\\\\"} 1\n"
        #expect(text([hostile], as: .text) == "# TYPE m gauge\n# HELP m a\\\\b\\n\"c\"\n" + sample)
        #expect(text([hostile], as: .openMetrics) == "# TYPE m gauge\n# HELP m a\\\\b\\n\\\"c\\\"\n" + sample + "# EOF\n")
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-3, "-3"), (0.1, "0.1"), (1_794_700_000.123, "1794700000.123"), (1e15, "1000000000000000"),
            (1e16, "1e+16"), (1e-7, "1e-07"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func aNumberReadsBackAsTheSame(_ number: Double, _ expected: String) {
        let line = text([MetricFamily("m", .gauge, help: "", [.init([], number)])], as: .text).split(separator: "\n").last
        #expect(line == "m \(expected)")
    }

    @Test func aValueOnABoundIsBelowItAndOneBelowZeroIsZero() {
        var histogram = Histogram(bounds: [1, 2])
        for value in [1, 2, 2.000001, -5, .nan, .infinity] { histogram.observe(value) }
        #expect(histogram.counts == [2, 1, 1])
        #expect(histogram.count == 4 && histogram.sum == 5.000001)
    }

    @Test(
        arguments: [
            (nil, .text), ("", .text), ("*/*", .text), ("text/plain", .text), ("text/html, application/xml;q=0.9", .text),
            ("application/openmetrics-text", .openMetrics), ("APPLICATION/OpenMetrics-Text; Version=\"1.0.0\"", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                .openMetrics
            ),
            ("application/openmetrics-text;version=0.0.1", .text), ("application/openmetrics-text;q=0", .text),
            ("application/openmetrics-text;q=0.4,text/plain;q=0.5", .text),
            ("application/openmetrics-text;q=0.5,text/plain;q=0.5", .openMetrics),
            ("application/openmetrics-text;q=nan", .text), (";;;,,q=", .text),
        ] as [(String?, MetricsFormat)])
    func theFormatIsTheOneThatIsAskedFor(_ accept: String?, _ expected: MetricsFormat) {
        #expect(MetricsFormat(accept: accept) == expected)
    }
}
