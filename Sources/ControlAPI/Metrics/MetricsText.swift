/// Writes metrics in a format that scrapers read: values in, bytes out.
package struct MetricsText: Sendable {
    private let format: MetricsFormat
    private var bytes: [UInt8] = []

    /// All of `families`, in their order; one without samples is left out.
    package static func bytes(of families: [MetricFamily], as format: MetricsFormat) -> [UInt8] {
        var text = MetricsText(format: format)
        for family in families where !family.samples.isEmpty { text.write(family) }
        if format == .openMetrics { text.put("# EOF\n") }
        return text.bytes
    }

    private init(format: MetricsFormat) { self.format = format }

    private mutating func write(_ family: MetricFamily) {
        let sampleName = family.name + Self.ending(of: family.kind)
        let title = format == .openMetrics ? family.name : sampleName
        put("# TYPE \(title) \(typeWord(family.kind))\n")
        // The older format has no such line.
        if let unit = family.unit, format == .openMetrics { put("# UNIT \(title) \(unit)\n") }
        put("# HELP \(title) ")
        putEscaped(family.help, quotes: format == .openMetrics)
        put("\n")
        for sample in family.samples {
            switch sample.value {
            case .number(let number): write(sampleName, sample.labels, number)
            case .histogram(let histogram): write(family.name, sample.labels, histogram)
            }
        }
    }

    private static func ending(of kind: MetricFamily.Kind) -> String {
        switch kind {
        case .counter: "_total"
        case .info: "_info"
        case .gauge, .histogram: ""
        }
    }

    private func typeWord(_ kind: MetricFamily.Kind) -> String {
        switch kind {
        case .gauge: "gauge"
        case .counter: "counter"
        case .histogram: "histogram"
        case .info: format == .openMetrics ? "info" : "gauge"
        }
    }

    private mutating func write(_ name: String, _ labels: [MetricFamily.Label], _ number: Double) {
        put(name)
        putLabels(Self.escaped(labels), bound: nil)
        put(" \(Self.text(number))\n")
    }

    private mutating func write(_ name: String, _ labels: [MetricFamily.Label], _ histogram: Histogram) {
        let labels = Self.escaped(labels)
        var below: UInt64 = 0
        for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], histogram.counts) {
            below &+= count
            put(name + "_bucket")
            putLabels(labels, bound: bound)
            put(" \(below)\n")
        }
        for (ending, value) in [("_sum", Self.text(histogram.sum)), ("_count", "\(below)")] {
            put(name + ending)
            putLabels(labels, bound: nil)
            put(" \(value)\n")
        }
    }

    /// - Parameter bound: the upper end of a bucket.
    private mutating func putLabels(_ escaped: [UInt8], bound: String?) {
        guard !escaped.isEmpty || bound != nil else { return }
        put("{")
        bytes += escaped
        if let bound { put("\(escaped.isEmpty ? "" : ",")le=\"\(bound)\"") }
        put("}")
    }

    private static func escaped(_ labels: [MetricFamily.Label]) -> [UInt8] {
        var text = MetricsText(format: .text)
        for label in labels {
            text.put("\(text.bytes.isEmpty ? "" : ",")\(label.name)=\"")
            text.putEscaped(label.value, quotes: true)
            text.put("\"")
        }
        return text.bytes
    }

    private mutating func put(_ text: String) { bytes += text.utf8 }

    /// What would end a line, or a quoted text, is written with a backslash.
    private mutating func putEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += Array(#"\\"#.utf8)
            case UInt8(ascii: "\n"): bytes += Array(#"\n"#.utf8)
            case UInt8(ascii: "\"") where quotes: bytes += Array(#"\""#.utf8)
            default: bytes.append(byte)
            }
        }
    }

    /// Whole numbers without a point, all others in the shortest form that reads back as the same number.
    static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        // Beyond this not every whole number is a Double.
        if number.rounded() == number, number.magnitude < 9_007_199_254_740_992 { return "\(Int64(number))" }
        return "\(number)"
    }
}
