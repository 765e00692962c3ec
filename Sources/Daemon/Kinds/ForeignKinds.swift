import Dispatch
import FoundationEssentials
import JobFiles
import JobKit
import Synchronization

/// The kinds of a folder of plugins: what each says of itself, and what is wrong with those that say nothing usable.
struct ForeignKinds: Sendable {
    /// A kind with the program that does its work.
    struct Kind: Sendable {
        let description: KindDescription
        let path: String
    }

    private(set) var kinds: [Kind] = []
    private(set) var findings: [PluginFinding] = []
    /// By the word that jobs use, or most likely use.
    private(set) var broken: [String: BrokenKind] = [:]
    /// What to keep for the next start.
    private(set) var cache = PluginCache()
    /// Whether ``cache`` holds what was kept already.
    private(set) var isKept = true

    init() {}

    /// Asks the plugins of a folder what they are, those that are not in `known` all at once.
    /// - Parameters:
    ///   - reserved: the kinds that are compiled in; nobody else may take their names.
    ///   - now: nanoseconds since 1970.
    init(in folder: PluginFolder, reserved: Set<String>, known: PluginCache, now: Int64) {
        let contents = folder.contents()
        findings = contents.findings
        for finding in contents.findings where finding.severity == .error { spoil(finding, known: known) }
        let answers = Self.ask(contents.programs, patience: folder.patience, known: known, now: now)
        var taken: [String: String] = [:]
        for (program, answer) in zip(contents.programs, answers) {
            do throws(PluginFinding) {
                let entry = try answer.get()
                let description = try Self.description(entry.line, of: program.path, reserved: reserved, taken: taken)
                taken[description.kind] = program.path
                kinds.append(Kind(description: description, path: program.path))
                findings += description.unknown.map {
                    PluginFinding(
                        .warning, path: program.path, problem: "\($0); that is left aside",
                        fix: "correct its describe, or update acore-sched")
                }
            } catch {
                findings.append(error)
                spoil(error, known: known)
            }
        }
        for kind in taken.keys { broken[kind] = nil }
        cache = PluginCache(answers.compactMap { answer in if case .success(let entry) = answer { entry } else { nil } })
        isKept = cache.entries == known.entries
    }

    /// Jobs that use the plugin are told what is wrong with it: by its file's name, and by what it said when it last worked.
    private mutating func spoil(_ finding: PluginFinding, known: PluginCache) {
        let reason = BrokenKind(problem: "\(finding.path): \(finding.problem)", fix: finding.fix)
        broken[PluginFolder.likelyKind(of: finding.path)] = reason
        guard let line = known.entries[finding.path]?.line else { return }
        do {
            broken[try Self.decode(line).kind] = reason
        } catch {
            return  // What it said earlier was no use either.
        }
    }

    private static func ask(
        _ programs: [PluginFolder.Program], patience: Duration, known: PluginCache, now: Int64
    ) -> [Result<PluginCache.Entry, PluginFinding>] {
        let kept = programs.map { known.entry(for: $0) }
        let new = programs.indices.filter { kept[$0] == nil }
        let told = Mutex<[Int: Result<PluginCache.Entry, PluginFinding>]>([:])
        DispatchQueue.concurrentPerform(iterations: new.count) { place in
            let program = programs[new[place]]
            let answer = Result { () throws(PluginFinding) in
                PluginCache.Entry(
                    path: program.path, identity: program.identity, asked: now, line: try describe(program.path, within: patience))
            }
            told.withLock { $0[new[place]] = answer }
        }
        return told.withLock { told in
            programs.indices.map { index in
                kept[index].map(Result.success) ?? told[index]
                    ?? .failure(PluginFinding(path: programs[index].path, problem: "it was not asked", fix: "start again"))
            }
        }
    }

    /// The line that a plugin prints of itself.
    private static func describe(_ path: String, within patience: Duration) throws(PluginFinding) -> String {
        let byHand = "run it by hand and see: \(path) describe"
        let output: ToolRun.Output
        do throws(DaemonError) {
            output = try ToolRun.run([path, "describe"], as: .describing(within: Int32(clamping: patience.wholeMilliseconds)))
        } catch {
            throw PluginFinding(path: path, problem: error.problem, fix: error.fix)
        }
        guard output.code == 0 else {
            let end = output.code.map { "with status \($0)" } ?? "by a signal"
            let words = output.lastWords.isEmpty ? "" : ": \(output.lastWords)"
            throw PluginFinding(path: path, problem: "its describe ended \(end)\(words)", fix: byHand)
        }
        let lines = output.standardOutput.split(separator: UInt8(ascii: "\n"))
        guard lines.count == 1, let line = lines.first else {
            throw PluginFinding(path: path, problem: "its describe printed \(lines.count) lines, not one", fix: byHand)
        }
        let text = String(decoding: line, as: UTF8.self)
        do {
            _ = try decode(text)
        } catch {
            throw PluginFinding(path: path, problem: "its describe printed no line of the wire: \(words(for: error))", fix: byHand)
        }
        return text
    }

    private static func decode(_ line: String) throws -> KindDescription {
        try WireCoding.decoder().decode(KindDescription.self, from: Data(line.utf8))
    }

    private static func description(
        _ line: String, of path: String, reserved: Set<String>, taken: [String: String]
    ) throws(PluginFinding) -> KindDescription {
        let description: KindDescription
        do {
            description = try decode(line)
        } catch {
            throw PluginFinding(
                path: path, problem: "its describe printed no line of the wire: \(words(for: error))",
                fix: "run it by hand and see: \(path) describe")
        }
        guard description.v == WireCoding.version else {
            throw PluginFinding(
                path: path, problem: "it speaks version \(description.v) of the wire, this program version \(WireCoding.version)",
                fix: "install a plugin and an acore-sched that speak the same")
        }
        let kind = description.kind
        guard JobKind(rawValue: kind) != nil else {
            throw PluginFinding(
                path: path, problem: "it calls its kind \(kind.debugDescription), which is no name for a kind",
                fix: "use lower-case letters, digits and -, beginning with a letter, at most 40")
        }
        if reserved.contains(kind) {
            throw PluginFinding(
                path: path, problem: "it calls its kind \(kind), and that is compiled in", fix: "give its kind another name")
        }
        if let other = taken[kind] {
            throw PluginFinding(
                path: path, problem: "it calls its kind \(kind), and so does \(other), which is used",
                fix: "give one of them another name, or remove it")
        }
        return description
    }

    /// What is wrong with a line, without the decoder's own frame around it.
    private static func words(for error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return place.isEmpty ? "it is not JSON of an object" : "\(place): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}
