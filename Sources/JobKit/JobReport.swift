/// What a run that did its work tells: one line for the operator and the numbers behind it.
public struct JobReport: Sendable, Hashable {
    /// How the work ended, short of failure.
    public enum Outcome: String, Sendable, Hashable, Codable {
        /// All of it was done.
        case succeeded
        /// It was done with exceptions, each named in the log; exit status 3.
        case warning
    }

    /// How it ended.
    public var outcome: Outcome
    /// One line that an operator reads tomorrow.
    public var summary: String
    /// Numbers behind the line, by name in snake_case with the unit in the name (`size_bytes`).
    public var numbers: [String: Double]

    /// A report; `outcome` is ``Outcome/succeeded`` unless said otherwise.
    public init(_ summary: String, outcome: Outcome = .succeeded, numbers: [String: Double] = [:]) {
        self.outcome = outcome
        self.summary = summary
        self.numbers = numbers
    }
}
