package import FoundationEssentials
import JobKit

extension FindingReport {
    /// The findings as a SARIF 2.1.0 log (OASIS standard, section 3), as code-review tools read them.
    package static func sarif(for set: JobFileSet) throws -> Data {
        let driver = node([("name", text("acore-sched")), ("rules", ConfigNode(.list([node([("id", text(rule))])])))])
        let run = node([
            ("tool", node([("driver", driver)])), ("columnKind", text("unicodeCodePoints")),
            ("results", ConfigNode(.list(set.findings.map(result)))),
        ])
        return try encode(
            node([
                ("$schema", text("https://json.schemastore.org/sarif-2.1.0.json")), ("version", text("2.1.0")),
                ("runs", ConfigNode(.list([run]))),
            ]))
    }

    private static let rule = "job-file"

    private static func result(_ finding: FileFinding) -> ConfigNode {
        var region = [
            ("startLine", number(finding.line)), ("startColumn", number(finding.column)), ("endColumn", number(finding.endColumn)),
        ]
        if let line = finding.sourceLine { region.append(("snippet", node([("text", text(line))]))) }
        var location = [("artifactLocation", node([("uri", text(uri(of: finding.file)))]))]
        if !finding.isAboutFile { location.append(("region", node(region))) }
        return node([
            ("ruleId", text(rule)), ("level", text(finding.severity.rawValue)),
            ("message", node([("text", text("\(finding.problem); fix: \(finding.fix)"))])),
            ("locations", ConfigNode(.list([node([("physicalLocation", node(location))])]))),
        ])
    }

    /// A path as a relative or absolute reference (RFC 3986), percent-encoded.
    private static func uri(of path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let encoded = path.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }.joined()
        return path.hasPrefix("/") ? "file://\(encoded)" : encoded
    }

    private static func node(_ entries: [(String, ConfigNode)]) -> ConfigNode {
        ConfigNode(.mapping(entries.map { ConfigNode.Entry(key: $0.0, value: $0.1) }))
    }

    private static func text(_ text: String) -> ConfigNode { ConfigNode(.text(text)) }
    private static func number(_ number: Int) -> ConfigNode { ConfigNode(.integer(Int64(number))) }
}
