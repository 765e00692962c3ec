/// Work that a schedule or an operator starts.
///
/// One value serves one run; what must outlive it goes into the report. A run not
/// gone `context.grace` after its cancellation is killed with its worker process.
public protocol Job: PluginKind {
    /// Takes settings only; connects to nothing and opens nothing.
    init(settings: Settings)
    /// Does the work once, stopping at the next safe point after cancellation.
    /// - Returns: one line an operator reads tomorrow, plus the numbers behind it.
    /// - Throws: ``JobFailure``; its `retry` says whether another attempt can help.
    func run(in context: JobContext) async throws(JobFailure) -> JobReport
}
