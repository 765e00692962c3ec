/// Why an expression was refused, where, and what to write instead.
public struct CronSyntaxError: Error, Sendable, Hashable {
    /// 1-based place inside the expression, in Unicode scalars; at most one past its end.
    public let column: Int
    /// What is wrong, without the place.
    public let message: String
    /// What to write instead.
    public let fix: String

    /// A refusal at `column`.
    public init(column: Int, message: String, fix: String) {
        self.column = column
        self.message = message
        self.fix = fix
    }
}

extension CronSyntaxError: CustomStringConvertible {
    /// Column, problem and fix in one line.
    public var description: String { "column \(column): \(message); fix: \(fix)" }
}
