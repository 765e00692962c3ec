import FoundationEssentials
import Glibc
import JobKit

extension DaemonSettings {
    /// Reads the daemon's file; one that is not there gives the defaults.
    /// - Parameters:
    ///   - environment: for `${NAME}` in the file.
    ///   - privileged: whether the daemon runs as root; then a file that others may write is refused.
    /// - Returns: the defaults when there is an error among the findings.
    package static func load(
        _ path: String, environment: [String: String] = ProcessInfo.processInfo.environment, privileged: Bool = geteuid() == 0
    ) -> (settings: DaemonSettings, findings: [FileFinding]) {
        let source: SourceText
        do throws(FileRefusal) {
            let file = try OpenedFile.open(path: path)
            if privileged, let complaint = AccessRules.complaint(about: file.status, path: path) { throw complaint }
            let bytes = try file.read(limit: SourceText.largest)
            do {
                source = try SourceText(bytes: bytes)
            } catch {
                return (DaemonSettings(), [FileFinding(error, file: path, source: nil)])
            }
        } catch {
            if error.isMissing { return (DaemonSettings(), []) }
            return (DaemonSettings(), [FileFinding(file: path, problem: "the file is refused: \(error.problem)", fix: error.fix)])
        }
        return read(source, path: path, environment: environment)
    }

    private static func read(
        _ source: SourceText, path: String, environment: [String: String]
    ) -> (settings: DaemonSettings, findings: [FileFinding]) {
        let outcome = YAMLReader.read(source)
        var faults = outcome.faults
        var near: [Fault] = []
        var settings: DaemonSettings?
        if let root = outcome.root {
            var expander = NodeExpander(variables: Variables(environment: environment), source: source)
            let expanded = ForeignValues.withPlainTypes(expander.expand(root: root))
            let placer = FindingPlacer(root: expanded, source: source, changes: expander.changes)
            var section = SettingsSection(expanded, at: [])
            var found = DaemonSettings(from: &section)
            let foreign = ForeignValues(changes: expander.changes)
            let (told, reasons) = foreign.softened(section.finish().filter { !expander.failed.contains($0.path) })
            found.refuse(reasons)
            faults += expander.faults + told.filter { !isNearSecrets($0) }.map(placer.fault)
            near = told.filter(isNearSecrets).map(placer.fault)
            settings = found
        }
        let hasError = (faults + near).contains { $0.severity == .error }
        // Lines of these are not shown: they may hold secrets. Where a fault is none of our keys, any line may be such a one.
        let shown = source.text.contains("channels:") || source.text.contains("heartbeat:") ? nil : source
        let all = faults.map { FileFinding($0, file: path, source: shown) } + near.map { FileFinding($0, file: path, source: nil) }
        return ((hasError ? nil : settings) ?? DaemonSettings(), all.sorted())
    }

    private static func isNearSecrets(_ finding: Finding) -> Bool { finding.path.first == "channels" || finding.path.first == "heartbeat" }
}
