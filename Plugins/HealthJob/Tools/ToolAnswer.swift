import JobKit

/// How a program ended by itself, and what it wrote.
struct ToolAnswer: Sendable, Hashable {
    let status: Int32
    /// It was ended by a signal, whose number `status` is.
    let isKilled: Bool
    let output: String
    let errors: String

    var isFine: Bool { !isKilled && status == 0 }
    /// The last line that it wrote about what went wrong, without what looks like a secret.
    var complaint: String? {
        let lines = (errors + "\n" + output).split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        let last = errors.trimmed.isEmpty ? lines.last : errors.split(separator: "\n").last.map { String($0).trimmed }
        return last.map { Redaction.line($0, bound: Self.complaintBound) }
    }
    /// Of what it complains of no more is repeated.
    private static let complaintBound = 500
}

/// Why there is no answer.
struct ToolFailure: Error, Hashable, CustomStringConvertible {
    let description: String
    /// Whether there was such a process at all.
    var isStarted = true
}

extension ToolRun {
    /// Runs it, for those who take nothing but an answer.
    func answer() -> Result<ToolAnswer, ToolFailure> {
        let outcome = run()
        func answer(_ status: Int32, isKilled: Bool) -> Result<ToolAnswer, ToolFailure> {
            let (output, errors) = (String(decoding: outcome.output, as: UTF8.self), String(decoding: outcome.errors, as: UTF8.self))
            return .success(ToolAnswer(status: status, isKilled: isKilled, output: output, errors: errors))
        }
        switch outcome.end {
        case .status(let status): return answer(status, isKilled: false)
        case .signal(let signal): return answer(signal, isKilled: true)
        case .timedOut: return .failure(ToolFailure(description: "\(arguments.first ?? "") had not ended after \(limit.settingText)"))
        case .cut: return .failure(ToolFailure(description: "\(arguments.first ?? "") wrote more than \(outputBound) bytes"))
        case .notStarted(let reason): return .failure(ToolFailure(description: reason, isStarted: false))
        }
    }
}
