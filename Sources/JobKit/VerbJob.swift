/// A kind with commands beyond `run`, for example `acore-sched backup list`.
public protocol VerbJob: Job {
    /// The commands, as `describe` lists them.
    static var verbs: [VerbDescription] { get }
    /// Answers one of ``verbs``. A reading verb prints its answer by ``VerbCall/print(_:)`` and its report is not shown;
    /// an acting verb is a run like any other.
    /// - Throws: ``JobFailure``, also for arguments that cannot be understood.
    func answer(_ call: VerbCall, in context: JobContext) async throws(JobFailure) -> JobReport
}

/// One call of a verb.
public struct VerbCall: Sendable {
    /// Which verb.
    public let verb: String
    /// The words after it; relative paths were made absolute by the caller.
    public let arguments: [String]
    private let output: @Sendable (String) -> Void
    private let bytes: @Sendable (UnsafeRawBufferPointer) -> Bool

    /// A call whose answer goes to `output`, and to `bytes` where it is no text; that returns false when nobody reads any more.
    public init(
        verb: String, arguments: [String], output: @escaping @Sendable (String) -> Void,
        bytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool = { _ in true }
    ) {
        self.verb = verb
        self.arguments = arguments
        self.output = output
        self.bytes = bytes
    }

    /// Writes a line of a reading verb's answer; of an acting verb it becomes a line of the log.
    public func print(_ line: String) { output(line) }

    /// Writes bytes of a reading verb's answer as they are, for example the content of a file; an acting verb has no use for them.
    /// - Returns: false when nobody reads any more.
    public func write(_ content: UnsafeRawBufferPointer) -> Bool { bytes(content) }
}
