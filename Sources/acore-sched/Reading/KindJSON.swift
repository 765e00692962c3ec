import Daemon
import FoundationEssentials
import JobKit

/// A kind in the command line's JSON: what it says of itself, and where it comes from.
struct KindJSON: Encodable {
    let description: KindDescription
    /// The program of a plugin; nil for a kind that is compiled in.
    let plugin: String?

    init(_ description: KindDescription, plugin: String?) {
        self.description = description
        self.plugin = plugin
    }

    /// One object on one line. Names of settings stay as the plugin wrote them.
    var line: String {
        get throws { String(decoding: try WireCoding.encoder().encode(self), as: UTF8.self) }
    }

    private enum CodingKeys: String, CodingKey { case plugin }

    func encode(to encoder: any Encoder) throws {
        try description.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(plugin, forKey: .plugin)
    }
}

/// What is wrong with a plugin, in the command line's JSON.
struct PluginFindingJSON: Encodable {
    let plugin: String
    let severity: String
    let problem: String
    let fix: String

    init(_ finding: PluginFinding) {
        plugin = finding.path
        severity = finding.severity.rawValue
        problem = finding.problem
        fix = finding.fix
    }
}
