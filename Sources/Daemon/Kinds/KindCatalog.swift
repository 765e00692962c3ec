import FoundationEssentials
package import JobKit

/// The kinds of jobs that there are, as their plugins describe themselves.
package struct KindCatalog: Sendable {
    /// In alphabetical order.
    package let kinds: [KindDescription]
    private let worker: String

    /// Asks the worker for its kinds.
    package init(worker: String) throws(DaemonError) {
        self.worker = worker
        let output = try ToolRun.run([worker, "describe"])
        let lines = output.standardOutput.split(separator: UInt8(ascii: "\n"))
        guard output.code == 0, !lines.isEmpty else {
            throw DaemonError("\(worker) describe ended with \(output.code.map(String.init) ?? "a signal")", fix: "run it by hand and see")
        }
        var kinds: [KindDescription] = []
        for line in lines { kinds.append(try Self.decode(KindDescription.self, from: Array(line), by: worker)) }
        if let stranger = kinds.first(where: { $0.v != WireCoding.version }) {
            throw DaemonError(
                "\(worker) speaks version \(stranger.v) of the wire, this program version \(WireCoding.version)",
                fix: "install daemon and worker of the same release")
        }
        self.kinds = kinds.sorted { $0.kind < $1.kind }
    }

    /// The kind with this name.
    package subscript(name: String) -> KindDescription? { kinds.first { $0.kind == name } }

    /// Kinds that run a program.
    package var programs: [String: ProgramRole] {
        Dictionary(kinds.compactMap { kind in kind.program.map { (kind.kind, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    /// The command that answers `verb` for a kind.
    package func command(for kind: String, verb: String) -> [String] { [worker, kind, verb] }

    /// Asks the plugins about rules across settings, one process a kind.
    /// - Returns: for each question its findings, with paths below `with`.
    package func check(_ questions: [(kind: String, settings: ConfigNode)]) throws(DaemonError) -> [[Finding]] {
        var findings = [[Finding]](repeating: [], count: questions.count)
        for kind in Set(questions.map(\.kind)).sorted() where self[kind] != nil {
            let indices = questions.indices.filter { questions[$0].kind == kind }
            let answers = try answers(of: kind, to: indices.map { questions[$0].settings })
            for (index, answer) in zip(indices, answers) { findings[index] = answer }
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
        let command = command(for: kind, verb: "check")
        let output = try ToolRun.run(command, input: input)
        let lines = output.standardOutput.split(separator: UInt8(ascii: "\n"))
        guard output.code == 0, lines.count == settings.count else {
            throw DaemonError(
                "\(command.joined(separator: " ")) gave \(lines.count) answers to \(settings.count) questions",
                fix: "install daemon and worker of the same release")
        }
        var findings: [[Finding]] = []
        for line in lines { findings.append(try Self.decode(Reply.self, from: Array(line), by: worker).findings) }
        return findings
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, from line: [UInt8], by program: String) throws(DaemonError) -> Value {
        do {
            return try WireCoding.decoder().decode(type, from: Data(line))
        } catch {
            throw DaemonError(
                "\(program) printed a line that is not of the wire: \(error)", fix: "install daemon and worker of the same release")
        }
    }
}
