import JobKit
import SchedulerCore

/// The checks that need more than one file, or a plugin.
struct FileSetChecks {
    private(set) var files: [ReadFile]

    init(files: [ReadFile]) { self.files = files }

    /// Asks plugins about the files that were read and have no error so far, all in one call.
    mutating func ask(_ crossCheck: JobFileLoader.CrossCheck) {
        let asked = files.indices.filter { !files[$0].wasKept && files[$0].definition != nil }
        let sections = asked.compactMap { index in files[index].draft.map { (kind: $0.kind, settings: $0.settings) } }
        guard !sections.isEmpty else { return }
        for (index, findings) in zip(asked, crossCheck(sections)) where !findings.isEmpty {
            files[index].add(
                findings.map { finding in
                    var placed = finding
                    placed.path = ["with"] + finding.path
                    return placed
                })
        }
    }

    /// Checks `after` across all files.
    /// - Parameters:
    ///   - known: the names of all jobs.
    ///   - readAnew: reads the file at a position, when its definition was kept and a finding needs a place in it.
    mutating func checkAfter(known: Set<String>, readAnew: (Int) -> ReadFile) {
        let drafts = files.compactMap(\.draft).filter { !$0.after.isEmpty }
        guard !drafts.isEmpty else { return }
        let definitions = Dictionary(drafts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let found = AfterRules(known: known, definitions: definitions).findings()
        for index in files.indices {
            guard let findings = found[files[index].name] else { continue }
            if files[index].wasKept { files[index] = readAnew(index) }
            files[index].add(findings)
        }
    }
}

extension JobFileSet {
    /// The results of files that were read and checked.
    init(_ files: [ReadFile]) {
        self.init()
        for file in files {
            findings += file.findings
            if let definition = file.definition, definitions[file.name] == nil { definitions[file.name] = definition }
            self.files.append(
                JobFileRecord(
                    path: file.path, job: file.name, identity: file.identity, hasError: file.hasError, wasKept: file.wasKept,
                    holdsSecret: file.holdsSecret, environmentFile: file.environmentPath ?? file.environmentFile?.path))
        }
        findings.sort()
    }
}
