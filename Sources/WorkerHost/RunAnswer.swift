import Dispatch
import FoundationEssentials
import Glibc
import JobKit

/// The answer to `run`: reads the request, runs the job, ends with one result.
enum RunAnswer {
    static func give<Kind: Job>(for kind: Kind.Type, output: LineOutput) async -> Int32 {
        let result: WireEvent.Result
        switch request() {
        case .failure(let failure): result = .init(failure)
        case .success(let request):
            let context = JobContext(request: request, environment: ProcessInfo.processInfo.environment) { output.write($0) }
            result = await carryOut(kind, for: request) { job throws(JobFailure) in try await job.run(in: context) }
        }
        output.write(.result(result))
        return result.outcome == .failed ? 1 : 0
    }

    static func request() -> Result<WireRequest, JobFailure> {
        guard let lines = StandardInput.readLines(), let line = lines.first else {
            return .failure(JobFailure("no request on standard input", in: "wire", fix: "start workers by acore-sched", retry: .cannotHelp))
        }
        do {
            let request = try WireCoding.decoder().decode(WireRequest.self, from: Data(line))
            guard request.v == WireCoding.version else {
                return .failure(
                    JobFailure(
                        "the request speaks version \(request.v) of the wire, this worker \(WireCoding.version)", in: "wire",
                        fix: "install daemon and worker of the same release", retry: .cannotHelp))
            }
            return .success(request)
        } catch {
            return .failure(
                JobFailure("the request cannot be read: \(error)", in: "wire", fix: "start workers by acore-sched", retry: .cannotHelp))
        }
    }

    /// Makes the job of a request and lets it do `work`, until TERM asks it to stop.
    static func carryOut<Kind: Job>(
        _ kind: Kind.Type, for request: WireRequest, _ work: @escaping @Sendable (Kind) async throws(JobFailure) -> JobReport
    ) async -> WireEvent.Result {
        let reading = Kind.Settings.read(from: request.settings, at: ["with"])
        guard let settings = reading.settings else {
            let errors = reading.findings.filter { $0.severity == .error }
            let text = errors.map { "\($0.problem); fix: \($0.fix)" }.joined(separator: "\n")
            return .init(JobFailure(text, in: "settings", fix: "correct the job file", retry: .cannotHelp))
        }
        let task = Task { () async -> WireEvent.Result in
            do throws(JobFailure) {
                return .init(try await work(Kind(settings: settings)))
            } catch {
                return .init(error)
            }
        }
        let watch = terminationWatch { task.cancel() }
        defer { watch.cancel() }
        return await task.value
    }

    /// TERM means "stop at the next safe point"; the launcher kills what has not stopped by the end of the grace.
    private static func terminationWatch(_ stop: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(SIGTERM, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        source.setEventHandler(handler: stop)
        source.resume()
        return source
    }
}

extension WireEvent.Result {
    init(_ report: JobReport) {
        self.init(outcome: report.outcome == .warning ? .warning : .succeeded, summary: report.summary, numbers: report.numbers)
    }

    init(_ failure: JobFailure) {
        self.init(outcome: .failed, summary: failure.description, retry: failure.retry)
    }
}
