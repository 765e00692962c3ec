import FoundationEssentials
import JobKit

/// Results for whoever wants to compute them again: each number with what it was made of.
enum Explanation {
    /// For people.
    static func lines(_ results: [WireEvent.Check]) -> [String] {
        results.flatMap { result in
            let why = result.reason.map { ["  reason: \($0)"] } ?? []
            let rule = (result.inputs?["rule"]).map { ["  rule: \($0)"] } ?? []
            let inputs = (result.inputs ?? [:]).filter { $0.key != "rule" }.sorted { $0.key < $1.key }.map { "    \($0.key) = \($0.value)" }
            return [head(of: result)] + why + rule + inputs
        }
    }

    /// For programs: a line each, as the wire has it.
    static func json(_ results: [WireEvent.Check]) throws(JobFailure) -> [String] {
        do {
            return try results.map { String(decoding: try WireCoding.encoder().encode($0), as: UTF8.self) }
        } catch {
            throw JobFailure("a result cannot be written as JSON: \(error)", in: "explain", fix: "report this as a bug", retry: .cannotHelp)
        }
    }

    private static func head(of result: WireEvent.Check) -> String {
        let number = result.value.map { " \($0.text(places: 3))\(result.unit.map { " " + $0 } ?? "")" } ?? ""
        let limits = [("warning", result.warning), ("critical", result.critical)].compactMap { word, limit in
            limit.map { "\(word) at \($0.shortText)" }
        }
        let window = result.windowSeconds.map { ", over \($0.shortText) s" } ?? ""
        return "\(result.title): \(result.state.rawValue)\(number)\(window)"
            + (limits.isEmpty ? "" : " (\(limits.joined(separator: ", ")))")
    }
}
