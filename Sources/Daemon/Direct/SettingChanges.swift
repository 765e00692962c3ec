import JobKit
package import SchedulerCore

/// `name=value`, each for a setting below `with:`, for one run.
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
            entries.append(ConfigNode.Entry(key: name, value: ConfigNode(scalar: String(change[change.index(after: mark)...]))))
        }
        changed.settings = ConfigNode(.mapping(entries))
        try check(changed)
        return changed
    }

    private func check(_ definition: JobDefinition) throws(DaemonError) {
        guard let kind = catalog[definition.kind] else { return }
        var errors = kind.check(definition.settings, at: ["with"]).filter { $0.severity == .error }
        // The plugin's own check is about rules across settings that are fine one by one.
        if errors.isEmpty {
            errors = catalog.check([(definition.kind, definition.settings)])[0].filter { $0.severity == .error }
        }
        guard errors.isEmpty else {
            throw DaemonError(
                errors.map(\.problem).joined(separator: "\n"), fix: errors.map(\.fix).joined(separator: "; "), category: .usage)
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
