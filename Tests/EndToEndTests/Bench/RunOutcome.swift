import Testing

/// What a shell line ends with: the exit status of `run-now`, and the state of the run.
struct RunOutcome: CustomTestStringConvertible {
    let line: String
    let status: Int32
    let state: String

    var testDescription: String { line }
}
