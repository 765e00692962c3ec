import JobKit
import SchedulerCore

/// One job file after reading, before the checks that need the other files.
struct ReadFile: Sendable {
    let path: String
    let name: String
    var identity: FileIdentity?
    /// What the keys say, also when some of it is wrong; nil when there is no tree.
    var draft: JobDefinition?
    /// Whether its kind's plugin is to be asked for rules beyond the declarations; not for what was kept.
    var needsPlugin = false
    /// What is wrong, with places.
    var faults: [Fault] = []
    /// Findings that show no line: about the file as a whole, or near secrets.
    var bare: [FileFinding] = []
    /// The daemon's variables that the file names.
    var variables: Set<String> = []
    /// The file of variables that it names, as it was.
    var environmentFile: KeptEnvironmentFile?
    /// The path of that file, also when there is none.
    var environmentPath: String?
    /// For findings that come later; nil when there is no tree, or when it is not held.
    var placer: FindingPlacer?
    /// The text, for the lines that findings show.
    var source: SourceText?

    /// Whether the definition holds the value of what looks like a secret: it is not written to any file then.
    var holdsSecret = false

    /// Whether the next load may take the definition for the file.
    var isFitToKeep: Bool { !holdsSecret && !hasError }

    /// Whether the definition comes from an earlier load.
    var wasKept = false

    var hasError: Bool { faults.contains { $0.severity == .error } || bare.contains { $0.severity == .error } }

    mutating func add(_ findings: [Finding]) {
        guard let placer else { return }
        for finding in findings {
            let fault = placer.fault(for: finding)
            if Self.isNearSecret(finding.path) {
                bare.append(FileFinding(fault, file: path, source: nil))
            } else {
                faults.append(fault)
            }
        }
    }

    private static func isNearSecret(_ path: [String]) -> Bool {
        path.first == "secrets" || (path.first == "environment" && path.dropFirst().contains(where: SecretWord.isIn))
    }

    /// Findings of one file that are told one by one.
    static let mostFindings = 100

    /// All findings in order, at most ``mostFindings`` and a line that says so.
    var findings: [FileFinding] {
        guard !faults.isEmpty || !bare.isEmpty else { return [] }
        let near = Set(faults).map { (finding: FileFinding($0, file: path, source: nil), source: source) }
        let sorted = (near + Set(bare).map { ($0, nil) }).sorted { $0.finding < $1.finding }
        // Only what is shown is worth the search for its line.
        var all = sorted.prefix(Self.mostFindings).map { $0.finding.showing(line: $0.source) }
        let hidden = sorted.dropFirst(Self.mostFindings)
        guard !hidden.isEmpty else { return all }
        let hidesError = hidden.contains { $0.finding.severity == .error }
        all.append(
            FileFinding(
                file: path, severity: hidesError ? .error : .warning, problem: "\(hidden.count) further findings are not shown",
                fix: "mend those above first"))
        return all
    }
}

/// A file of variables that a job file named when it was read.
struct KeptEnvironmentFile: Sendable, Hashable {
    var path: String
    var identity: FileIdentity
}
