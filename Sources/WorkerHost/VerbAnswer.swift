import FoundationEssentials
import JobKit

/// The answer to `verb`: lines for a person when the verb reads, the wire with one result when it acts.
enum VerbAnswer {
    static func give<Kind: VerbJob>(_ verb: VerbDescription, of kind: Kind.Type, output: LineOutput) async -> Int32 {
        switch RunAnswer.request() {
        case .failure(let failure): return end(.init(failure), verb: verb, output: output)
        case .success(let request):
            let environment = ProcessInfo.processInfo.environment
            let isActing = verb.mode == .acting
            let context = JobContext(request: request, environment: environment) { event in
                // What a reading verb says of its work goes to standard error: its standard output is its answer.
                if isActing { output.write(event) } else if case .log(let log) = event { StandardError.write(log.message) }
            }
            let call = VerbCall(verb: verb.name, arguments: request.argv ?? []) { line in
                if isActing { context.log(.info, line) } else { output.write(line: Array(line.utf8)) }
            } bytes: { bytes in
                isActing || output.write(bytes: bytes)
            }
            let result = await RunAnswer.carryOut(kind, for: request) { job throws(JobFailure) in
                try await job.answer(call, in: context)
            }
            return end(result, verb: verb, output: output)
        }
    }

    /// Ends with the result's line for an acting verb, with its exit status alone for a reading one.
    private static func end(_ result: WireEvent.Result, verb: VerbDescription, output: LineOutput) -> Int32 {
        switch verb.mode {
        case .acting: output.write(.result(result))
        case .reading: if result.outcome == .failed { StandardError.write("error: \(result.summary)") }
        }
        switch result.outcome {
        case .succeeded: return 0
        case .warning: return verb.mode == .reading ? 3 : 0
        case .failed: return 1
        }
    }
}
