/// Work that a schedule or an operator starts.
///
/// One value serves one run; what must outlive it goes into the report. A run not
/// gone `context.grace` after its cancellation is killed with its worker process.
public protocol Job: Sendable {
    /// The `with:` section of a job file, read and checked.
    associatedtype Settings: JobSettings
    /// The word after `uses:` in a job file, for example `backup`.
    static var kind: JobKind { get }
    /// One line for `plugins list`: what a job of this kind does.
    static var summary: String { get }
    /// Takes settings only; connects to nothing and opens nothing.
    init(settings: Settings)
    /// Does the work once, stopping at the next safe point after cancellation.
    /// - Returns: one line an operator reads tomorrow, plus the numbers behind it.
    /// - Throws: ``JobFailure``; its `retry` says whether another attempt can help.
    func run(in context: JobContext) async throws(JobFailure) -> JobReport
}

/// A kind whose runs are nothing but a program that the settings name.
///
/// The daemon starts that program itself, without a worker between: such a job costs what a
/// spawn costs. The names say which settings carry the program.
public protocol ProgramJob: Job {
    /// Which of the settings hold the program, its folder, its input and its exit codes.
    static var program: ProgramRole { get }
}
