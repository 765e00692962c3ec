package import JobKit
package import SchedulerCore

/// Jobs that work on one thing together have to say the same of it.
package struct SharedRules {
    /// By the word after `uses:`.
    private let kinds: [String: KindDescription]

    package init(kinds: [KindDescription]) {
        self.kinds = Dictionary(kinds.filter { !$0.shared.isEmpty }.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether a job may share something.
    func concerns(_ job: JobDefinition) -> Bool { kinds[job.kind] != nil }

    /// Which thing a job shares with all jobs of the same key.
    private struct Key: Hashable {
        let kind: String
        /// The place of the rule among those of the kind.
        let rule: Int
        let values: [ConfigNode]
    }

    /// What is wrong, by the job whose file says so: of jobs that disagree the first by name counts, and the others are told.
    func findings(_ definitions: [JobDefinition]) -> [String: [Finding]] {
        var first: [Key: JobDefinition] = [:]
        var found: [String: [Finding]] = [:]
        for job in definitions.sorted(by: { $0.name < $1.name }) {
            guard let kind = kinds[job.kind] else { continue }
            for (index, rule) in kind.shared.enumerated() {
                guard let key = key(of: job, rule, index, kind) else { continue }
                guard let other = first[key] else {
                    first[key] = job
                    continue
                }
                found[job.name, default: []] += rule.same.compactMap { finding(about: $0, rule, job, other, kind) }
            }
        }
        return found.filter { !$0.value.isEmpty }
    }

    private func key(of job: JobDefinition, _ rule: SharedSettings, _ index: Int, _ kind: KindDescription) -> Key? {
        for (setting, words) in rule.where {
            guard let word = value(of: setting, in: job, kind)?.scalarText, words.contains(word) else { return nil }
        }
        return Key(kind: kind.kind, rule: index, values: values(of: job, rule, kind))
    }

    /// What names the thing.
    private func values(of job: JobDefinition, _ rule: SharedSettings, _ kind: KindDescription) -> [ConfigNode] {
        rule.key.map { setting in
            let value = value(of: setting, in: job, kind)
            if setting == rule.named { return ConfigNode(.text(Self.folded(value?.scalarText ?? job.name))) }
            let type = kind.settings.first { $0.name == setting }?.type
            guard case .text(.absolutePath) = type, let path = value?.scalarText else { return value ?? ConfigNode(.null) }
            return ConfigNode(.text(Self.normalized(path)))
        }
    }

    /// Names that a plugin may take for one, since folders and objects of others have fewer letters: in lower case, with `_` for all but letters, digits, `_` and `-`.
    private static func folded(_ name: String) -> String {
        String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" ? $0 : "_" })
    }

    /// The same path however it was written: without what changes nothing. Links are not followed, since job files are read without a look at what they name.
    private static func normalized(_ path: String) -> String {
        "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Of several jobs of a kind the one whose settings hold where none is named: when all of them work on one thing, the first by name that the kind's first
    /// rule concerns, enabled ones before others.
    /// - Returns: nil when they work on several things, or the kind says nothing of that.
    package func representative(of jobs: [JobDefinition]) -> JobDefinition? {
        guard let kind = jobs.first.flatMap({ kinds[$0.kind] }), let rule = kind.shared.first,
            Set(jobs.map { values(of: $0, rule, kind) }).count == 1
        else { return nil }
        let concerned = jobs.filter { key(of: $0, rule, 0, kind) != nil }.sorted { $0.name < $1.name }
        return concerned.first(where: \.enabled) ?? concerned.first
    }

    private func finding(
        about setting: String, _ rule: SharedSettings, _ job: JobDefinition, _ other: JobDefinition, _ kind: KindDescription
    ) -> Finding? {
        let (own, theirs) = (value(of: setting, in: job, kind), value(of: setting, in: other, kind))
        guard own != theirs else { return nil }
        let path = job.settings[setting] == nil ? ["with"] : ["with", setting]
        return Finding(
            .error, at: path, part: .key,
            problem: "\(job.name) and \(other.name) share \(rule.name) and have to agree on with.\(setting), which differs",
            fix: "write the same in both files, or change \(rule.key.map { "with.\($0)" }.joined(separator: " or ")) of one")
    }

    /// What counts: what is written, or what the setting is without a line; the order of a mapping does not matter.
    private func value(of setting: String, in job: JobDefinition, _ kind: KindDescription) -> ConfigNode? {
        (job.settings[setting] ?? kind.settings.first { $0.name == setting }?.standard)?.inOrder
    }
}

extension ConfigNode {
    /// The same with the keys of each mapping sorted, and without empty ones.
    fileprivate var inOrder: ConfigNode? {
        switch value {
        case .null: nil
        case .mapping(let entries):
            entries.isEmpty
                ? nil
                : ConfigNode(
                    .mapping(
                        entries.compactMap { entry in entry.value.inOrder.map { Entry(key: entry.key, value: $0) } }
                            .sorted { $0.key < $1.key }))
        case .list(let elements): elements.isEmpty ? nil : ConfigNode(.list(elements.compactMap(\.inOrder)))
        case .flag, .integer, .number, .text: self
        }
    }
}
