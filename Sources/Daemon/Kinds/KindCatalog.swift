import FoundationEssentials
package import JobFiles
package import JobKit

/// The kinds of jobs that there are, as their plugins describe themselves.
package struct KindCatalog: Sendable {
    /// In alphabetical order.
    package let kinds: [KindDescription]
    /// What is wrong with plugins, or looks wrong.
    package var findings: [PluginFinding] { foreign.findings }
    /// Kinds whose plugins cannot be used, for the jobs that name them.
    package var brokenKinds: [String: BrokenKind] { foreign.broken }
    private let worker: String
    private let foreign: ForeignKinds
    /// By kind, the program of a plugin that is not compiled in.
    private let programs: [String: String]

    /// Asks the worker for its kinds, and the plugins of a folder for theirs.
    /// - Parameters:
    ///   - plugins: nil for none but those that are compiled in.
    ///   - keptAt: the file with what plugins said of themselves earlier.
    ///   - now: nanoseconds since 1970.
    package init(worker: String, plugins: PluginFolder? = nil, keptAt: String? = nil, now: Int64 = Machine.now) throws(DaemonError) {
        self.worker = worker
        let compiledIn = try Self.kinds(of: worker)
        foreign =
            plugins.map {
                ForeignKinds(
                    in: $0, reserved: Set(compiledIn.map(\.kind)), known: keptAt.map(PluginCache.open) ?? PluginCache(), now: now)
            } ?? ForeignKinds()
        kinds = (compiledIn + foreign.kinds.map(\.description)).sorted { $0.kind < $1.kind }
        programs = Dictionary(foreign.kinds.map { ($0.description.kind, $0.path) }, uniquingKeysWith: { first, _ in first })
    }

    private static func kinds(of worker: String) throws(DaemonError) -> [KindDescription] {
        let output = try ToolRun.run([worker, "describe"])
        let lines = output.standardOutput.split(separator: UInt8(ascii: "\n"))
        guard output.code == 0, !lines.isEmpty else {
            throw DaemonError("\(worker) describe ended with \(output.code.map(String.init) ?? "a signal")", fix: "run it by hand and see")
        }
        var kinds: [KindDescription] = []
        for line in lines { kinds.append(try decode(KindDescription.self, from: Array(line), by: worker)) }
        if let stranger = kinds.first(where: { $0.v != WireCoding.version }) {
            throw DaemonError(
                "\(worker) speaks version \(stranger.v) of the wire, this program version \(WireCoding.version)",
                fix: sameRelease)
        }
        return kinds
    }

    /// Keeps what the plugins said of themselves for the next start, where that is new.
    package func keep(at path: String) throws(DaemonError) {
        if !foreign.isKept { try foreign.cache.write(to: path) }
    }

    /// The kind with this name.
    package subscript(name: String) -> KindDescription? { kinds.first { $0.kind == name } }

    /// Kinds that run a program.
    package var programRoles: [String: ProgramRole] {
        Dictionary(kinds.compactMap { kind in kind.program.map { (kind.kind, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    /// The plugin that a kind comes from; nil for one that is compiled in.
    package func plugin(of kind: String) -> String? { programs[kind] }

    /// The command that answers `words` for a kind: `run`, `check`, or `verb` with its name.
    package func command(for kind: String, _ words: String...) -> [String] { (programs[kind].map { [$0] } ?? [worker, kind]) + words }

    /// Asks the plugins that have rules across settings, one process a kind. A plugin that does not answer costs its own jobs alone.
    /// - Returns: for each question its findings, with paths below `with`.
    package func check(_ questions: [(kind: String, settings: ConfigNode)]) -> [[Finding]] {
        var findings = [[Finding]](repeating: [], count: questions.count)
        for kind in Set(questions.map(\.kind)).sorted() where self[kind]?.rules == true {
            let indices = questions.indices.filter { questions[$0].kind == kind }
            do throws(DaemonError) {
                let answers = try answers(of: kind, to: indices.map { questions[$0].settings })
                for (index, answer) in zip(indices, answers) { findings[index] = answer }
            } catch {
                let finding = Finding(.error, at: [], problem: "the plugin cannot check its settings: \(error.problem)", fix: error.fix)
                for index in indices { findings[index] = [finding] }
            }
        }
        return findings
    }

    private struct Question: Encodable {
        let settings: ConfigNode
    }

    private struct Reply: Decodable {
        let findings: [Finding]
    }

    private func answers(of kind: String, to settings: [ConfigNode]) throws(DaemonError) -> [[Finding]] {
        var input: [UInt8] = []
        do {
            let encoder = WireCoding.encoder()
            for node in settings { input += Array(try encoder.encode(Question(settings: node))) + [UInt8(ascii: "\n")] }
        } catch {
            throw DaemonError("settings of \(kind) cannot be written as JSON: \(error)", fix: "look for numbers that are not finite")
        }
        let command = command(for: kind, "check")
        let isForeign = programs[kind] != nil
        let output = try ToolRun.run(command, input: input, as: isForeign ? .checking : .own)
        let lines = output.standardOutput.split(separator: UInt8(ascii: "\n"))
        guard output.code == 0, lines.count == settings.count else {
            let words = output.lastWords.isEmpty ? "" : ": \(output.lastWords)"
            throw DaemonError(
                "\(command.joined(separator: " ")) gave \(lines.count) answers to \(settings.count) questions\(words)",
                fix: isForeign ? "let it print one line of findings for each line that it reads" : Self.sameRelease)
        }
        var findings: [[Finding]] = []
        for line in lines { findings.append(try Self.decode(Reply.self, from: Array(line), by: command[0], isForeign: isForeign).findings) }
        return findings
    }

    private static let sameRelease = "install daemon and worker of the same release"

    private static func decode<Value: Decodable>(
        _ type: Value.Type, from line: [UInt8], by program: String, isForeign: Bool = false
    ) throws(DaemonError) -> Value {
        do {
            return try WireCoding.decoder().decode(type, from: Data(line))
        } catch {
            throw DaemonError(
                "\(program) printed a line that is not of the wire: \(error)",
                fix: isForeign ? "see docs/plugins.md for the form of its answers" : sameRelease)
        }
    }
}
