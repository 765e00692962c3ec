import JobKit
import SchedulerCore

/// The checks that need more than one file, or a plugin.
struct FileSetChecks {
    private(set) var files: [ReadFile]
    private let readAnew: (Int) -> ReadFile

    /// - Parameter readAnew: reads the file at a position, when a finding needs a place in it and its text is not held any more.
    init(files: [ReadFile], readAnew: @escaping (Int) -> ReadFile) {
        self.files = files
        self.readAnew = readAnew
    }

    /// Asks plugins about the files that were read and have no error so far, all in one call.
    mutating func ask(_ crossCheck: JobFileLoader.CrossCheck) {
        var asked: [Int] = []
        var sections: [(kind: String, settings: ConfigNode)] = []
        for index in files.indices where files[index].needsPlugin {
            guard !files[index].hasError, let draft = files[index].draft else { continue }
            asked.append(index)
            sections.append((draft.kind, draft.settings))
        }
        guard !sections.isEmpty else { return }
        for (index, findings) in zip(asked, crossCheck(sections)) where !findings.isEmpty {
            add(
                findings.map { finding in
                    var placed = finding
                    placed.path = ["with"] + finding.path
                    return placed
                }, to: index)
        }
    }

    /// Checks `after` across all files.
    /// - Parameter known: the names of all jobs.
    mutating func checkAfter(known: Set<String>) {
        let drafts = files.indices.filter { files[$0].draft?.after.isEmpty == false }.compactMap { files[$0].draft }
        guard !drafts.isEmpty else { return }
        let definitions = Dictionary(drafts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let found = AfterRules(known: known, definitions: definitions).findings()
        for index in files.indices {
            guard let findings = found[files[index].name] else { continue }
            add(findings, to: index)
        }
    }

    /// Checks what jobs of a kind share across all files.
    mutating func checkShared(_ rules: SharedRules) {
        let drafts = files.filter { !$0.hasError }.compactMap(\.draft).filter(rules.concerns)
        guard drafts.count > 1 else { return }
        let found = rules.findings(drafts)
        for index in files.indices {
            guard let findings = found[files[index].name] else { continue }
            add(findings, to: index)
        }
    }

    private mutating func add(_ findings: [Finding], to index: Int) {
        if files[index].placer == nil, files[index].draft != nil { files[index] = readAnew(index) }
        files[index].add(findings)
    }
}

extension JobFileSet {
    /// The results of files that were read and checked.
    init(_ files: [ReadFile]) {
        self.init()
        definitions.reserveCapacity(files.count)
        self.files.reserveCapacity(files.count)
        for file in files {
            let hasError = file.hasError
            findings += file.findings
            if !hasError, let definition = file.draft, definitions[file.name] == nil { definitions[file.name] = definition }
            self.files.append(
                JobFileRecord(
                    path: file.path, job: file.name, identity: file.identity, hasError: hasError, wasKept: file.wasKept,
                    holdsSecret: file.holdsSecret, environmentFile: file.environmentPath ?? file.environmentFile?.path))
        }
        findings.sort()
    }
}
