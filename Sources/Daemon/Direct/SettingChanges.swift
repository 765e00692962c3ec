import JobFiles
import JobKit
package import SchedulerCore

/// `name=value`, each for a setting below `with:`, for one run. Text is taken as it is; a setting that holds several values takes
/// `[a, b]` or `{a: 1}`, as in a job file.
package struct SettingChanges: Sendable {
    private let catalog: KindCatalog

    package init(catalog: KindCatalog) { self.catalog = catalog }

    /// The definition with these settings in place of its own.
    /// - Throws: category usage for a change that cannot be read, or that the kind refuses.
    package func applied(_ changes: [String], to definition: JobDefinition) throws(DaemonError) -> JobDefinition {
        guard !changes.isEmpty else { return definition }
        var changed = definition
        var entries = definition.settings.entries ?? []
        for change in changes {
            guard let mark = change.firstIndex(of: "="), mark != change.startIndex else {
                throw DaemonError(
                    "--set \(change) is not of the form name=value", fix: "write for example --set type=full", category: .usage)
            }
            let name = String(change[..<mark])
            entries.removeAll { $0.key == name }
            let type = catalog[definition.kind]?.settings.first { $0.name == name }?.type
            let value = try Self.value(String(change[change.index(after: mark)...]), of: name, type)
            entries.append(ConfigNode.Entry(key: name, value: value))
        }
        changed.settings = try checked(ConfigNode(.mapping(entries)), of: definition.kind)
        return changed
    }

    private static func value(_ text: String, of name: String, _ type: SettingType?) throws(DaemonError) -> ConfigNode {
        guard text.hasPrefix("[") || text.hasPrefix("{"), type?.holdsSeveral == true else { return ConfigNode(scalar: text) }
        do throws(FileRefusal) {
            return try FlowText.node(text)
        } catch {
            throw DaemonError("--set \(name) cannot be read: \(error.problem)", fix: error.fix, category: .usage)
        }
    }

    /// - Returns: the settings in the types that the kind declares.
    private func checked(_ settings: ConfigNode, of name: String) throws(DaemonError) -> ConfigNode {
        guard let kind = catalog[name] else { return settings }
        let read = kind.read(settings, at: ["with"])
        var errors = read.findings.filter { $0.severity == .error }
        // The plugin's own check is about rules across settings that are fine one by one.
        if errors.isEmpty {
            errors = catalog.check([(name, read.settings)])[0].filter { $0.severity == .error }
        }
        guard errors.isEmpty else {
            throw DaemonError(
                errors.map(\.problem).joined(separator: "\n"), fix: errors.map(\.fix).joined(separator: "; "), category: .usage)
        }
        return read.settings
    }
}

extension SettingType {
    fileprivate var holdsSeveral: Bool {
        switch self {
        case .list, .map, .section, .anything: true
        case .flag, .integer, .number, .text, .choice, .duration, .bytes, .percent: false
        }
    }
}

extension ConfigNode {
    /// A value from the command line: true or false, a number, else text.
    fileprivate init(scalar text: String) {
        if let flag = Bool(text) {
            self.init(.flag(flag), written: text)
        } else if let integer = Int64(text) {
            self.init(.integer(integer), written: text)
        } else {
            self.init(.text(text))
        }
    }
}
