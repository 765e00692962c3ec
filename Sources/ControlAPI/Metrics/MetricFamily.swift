/// Numbers of one name and meaning, as values; ``MetricsText`` writes them down.
package struct MetricFamily: Sendable, Hashable {
    /// What its numbers are.
    package enum Kind: Sendable, Hashable {
        /// May rise and fall.
        case gauge
        /// Only rises, until its program starts anew.
        case counter
        case histogram
        /// Is 1 always: what it says stands in its labels.
        case info
    }

    /// One number, or one histogram, of a family.
    package struct Sample: Sendable, Hashable {
        package enum Value: Sendable, Hashable {
            case number(Double)
            case histogram(Histogram)
        }

        /// In the order in which they are written; no two samples of a family have the same.
        package let labels: [Label]
        package let value: Value

        package init(_ labels: [Label] = [], _ value: Double) {
            self.labels = labels
            self.value = .number(value)
        }

        package init(_ labels: [Label] = [], _ histogram: Histogram) {
            self.labels = labels
            value = .histogram(histogram)
        }
    }

    /// Tells samples of a family apart.
    package struct Label: Sendable, Hashable {
        package let name: String
        /// Any text.
        package let value: String

        package init(_ name: String, _ value: String) {
            precondition(MetricFamily.isName(name) && !name.contains(":") && name != "le", "no name for a label: \(name)")
            self.name = name
            self.value = value
        }
    }

    /// Without the endings that the formats add: `_total`, `_info`, `_bucket`, `_sum`, `_count`.
    package let name: String
    package let kind: Kind
    /// The last part of the name, for example `seconds`; nil for what is merely counted.
    package let unit: String?
    /// A sentence or two.
    package let help: String
    package let samples: [Sample]

    package init(_ name: String, _ kind: Kind, unit: String? = nil, help: String, _ samples: [Sample]) {
        precondition(Self.isName(name), "no name for a metric: \(name)")
        let endings = ["_total", "_info", "_created", "_bucket", "_sum", "_count"]
        precondition(!endings.contains { name.hasSuffix($0) }, "the formats add the ending of \(name)")
        precondition(unit.map { name.hasSuffix("_" + $0) && kind != .info } ?? true, "\(name) does not end in its unit")
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.samples = samples
    }

    /// Whether text may name a metric: letters, digits, `_` and `:`, no digit first.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }
}
