/// Why a request was not done: what happened, and what to do about it. The body of every answer that is not a success.
package struct ControlFailure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// What kind of failure it is; the command line's exit status follows from it.
    package enum Category: String, Sendable, Hashable, Codable, CaseIterable {
        case failed, usage
        case notFound = "not_found"
        case refused, unreachable, busy
    }

    package let problem: String
    package let fix: String
    package let category: Category

    package init(_ problem: String, fix: String, category: Category = .failed) {
        self.problem = problem
        self.fix = fix
        self.category = category
    }

    package var description: String { "\(problem)\n  fix: \(fix)" }
}
