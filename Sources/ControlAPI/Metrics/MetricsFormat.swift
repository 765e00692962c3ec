/// A form in which metrics are written.
package enum MetricsFormat: Sendable, Hashable, CaseIterable {
    /// Prometheus's text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
    case text
    /// OpenMetrics 1.0 (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md).
    case openMetrics

    /// What an `Accept` header asks for: OpenMetrics where it names that and does not like plain text better, else the text format, which
    /// everything can read.
    package init(accept: String?) {
        var openMetrics = 0.0
        var text = 0.0
        for wish in (accept ?? "").split(separator: ",").prefix(Self.wishBound).map(Wish.init) {
            switch wish.type {
            case "application/openmetrics-text" where wish.version == nil || wish.version == "1.0.0":
                openMetrics = max(openMetrics, wish.quality)
            case "text/plain": text = max(text, wish.quality)
            default: break
            }
        }
        self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
    }

    /// Parts of the header that are looked at.
    private static let wishBound = 32

    /// The value of `Content-Type`.
    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// One part of an `Accept` header, RFC 9110 section 12.5.1.
    private struct Wish {
        let type: String
        var version: String?
        var quality = 1.0

        init(_ text: Substring) {
            let parts = text.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            type = parts.first ?? ""
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { continue }
                switch pair[0] {
                case "version": version = pair[1].filter { $0 != "\"" }
                // A quality that is none asks for nothing.
                case "q": quality = Double(pair[1]).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
                default: break
                }
            }
        }
    }
}
