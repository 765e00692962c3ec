import JobKit
import SchedulerCore

/// Reads one job file: text, tree, variables, keys, checks.
struct JobFileReader: Sendable {
    /// The largest file of variables, in bytes.
    static let largestEnvironmentFile = 1_048_576

    let rules: JobRules
    let environment: [String: String]

    /// Reads a file that was opened.
    func read(_ file: borrowing OpenedFile, path: String, name: String) -> ReadFile {
        let identity = FileIdentity(file.status)
        var result: ReadFile
        do {
            result = try read(bytes: file.read(limit: SourceText.largest), path: path, name: name)
        } catch {
            result = ReadFile(path: path, name: name)
            result.bare = [FileFinding(file: path, problem: "the file is refused: \(error.problem)", fix: error.fix)]
        }
        result.identity = identity
        return result
    }

    /// Reads the bytes of a file.
    func read(bytes: [UInt8], path: String, name: String) -> ReadFile {
        do {
            return read(source: try SourceText(bytes: bytes), path: path, name: name)
        } catch {
            var result = ReadFile(path: path, name: name)
            result.bare = [FileFinding(error, file: path, source: nil)]
            return result
        }
    }

    private func read(source: SourceText, path: String, name: String) -> ReadFile {
        var result = ReadFile(path: path, name: name)
        result.source = source
        let outcome = YAMLReader.read(source)
        result.faults = outcome.faults
        guard let root = outcome.root else { return result }
        guard root.entries != nil else {
            let isEmpty = root.value == .null
            result.faults.append(
                Fault(
                    place: root.place ?? Fault.start,
                    problem: isEmpty ? "the file is empty" : "the file must be a mapping of settings, not \(root.typeName)",
                    fix: "write key: value lines, at least uses: KIND and what that kind needs below with:"))
            return result
        }
        let expanded = expand(root, source: source, in: &result)
        result.placer = FindingPlacer(root: expanded.node, source: source, changes: expanded.expander.changes)
        var section = SettingsSection(expanded.node, at: [])
        let keys = JobKeys(from: &section)
        var checks = JobChecks(rules: rules)
        let definition = checks.definition(of: keys, name: name)
        result.add((section.finish() + checks.findings).filter { !expanded.expander.failed.contains($0.path) })
        let literals = SecretWord.literals(in: definition.surroundings.environment, but: expanded.expander.changes)
        result.add(literals)
        result.holdsSecret = expanded.expander.meetsSecret || !literals.isEmpty
        result.needsPlugin = rules.kindsWithRules.contains(definition.kind)
        result.draft = definition
        return result
    }

    private func expand(
        _ root: ConfigNode, source: SourceText, in result: inout ReadFile
    ) -> (node: ConfigNode, expander: NodeExpander) {
        var variables = Variables(environment: environment)
        variables.fromFile = environmentFile(of: root, source: source, variables: &variables, in: &result)
        let uses = root["uses"]?.scalarText.map { text in Expansion(text) { variables.value(of: $0) }.result }
        let shell = uses.flatMap { rules.kinds[$0]?.program?.shell }
        var expander = NodeExpander(variables: variables, source: source, untouched: shell.map { ["with", $0] })
        let node = expander.expand(root: root)
        result.faults += expander.faults
        result.variables = expander.variables.used
        return (node, expander)
    }

    /// The variables of the file that `environment_file` names. Its own lines are never shown: they may hold secrets.
    private func environmentFile(
        of root: ConfigNode, source: SourceText, variables: inout Variables, in result: inout ReadFile
    ) -> [String: String] {
        guard let node = root["environment_file"], let text = node.scalarText else { return [:] }
        let path = Expansion(text) { variables.value(of: $0) }.result
        guard SettingType.TextForm.absolutePath.complaint(about: path) == nil else { return [:] }
        result.environmentPath = path
        let place = node.place ?? Fault.start
        func report(_ problem: String, fix: String, severity: Finding.Severity = .error) {
            result.faults.append(
                Fault(
                    severity: severity, place: place, length: text.unicodeScalars.count, problem: "environment_file \(path): \(problem)",
                    fix: fix))
        }
        do throws(FileRefusal) {
            let file = try OpenedFile.open(path: path)
            if rules.privileged, let complaint = AccessRules.complaint(about: file.status, path: path) { throw complaint }
            result.environmentFile = KeptEnvironmentFile(path: path, identity: FileIdentity(file.status))
            let bytes = try file.read(limit: Self.largestEnvironmentFile)
            guard let content = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
                throw FileRefusal(problem: "it is not text in UTF-8", fix: "save it as UTF-8")
            }
            let parsed = EnvironmentFile(content)
            for problem in parsed.problems.prefix(10) {
                report("line \(problem.line) \(problem.problem)", fix: problem.fix, severity: problem.isFatal ? .error : .warning)
            }
            return parsed.variables
        } catch {
            report(error.problem, fix: error.fix)
            return [:]
        }
    }
}
