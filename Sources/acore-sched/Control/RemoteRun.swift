import ControlClient
import SchedulerCore
import Synchronization

/// A run that the daemon carries out for the command line.
struct RemoteRun: Sendable {
    let client: ControlClient
    let run: RunJSON

    /// Asks the daemon for a run.
    init(of job: String, _ request: RunRequest, client: ControlClient) async throws(ControlFailure) {
        self.client = client
        run = try await client.ask("POST", "/v1/jobs/\(job.pathPart)/runs", body: request)
    }

    /// Shows its output until it has ended.
    /// - Returns: the run as it ended.
    func watch(isQuiet: Bool) async throws(ControlFailure) -> RunJSON {
        let printer = Mutex(RunPrinter(isQuiet: isQuiet))
        let pieces = Mutex("")
        let request = ReadRequest(arguments: ["logs", run.run, "--follow", "--json"], width: nil, colour: false)
        if !isQuiet {
            _ = try await client.read(request) { frame in
                guard case .output(let text) = frame else { return }
                let lines = pieces.withLock { rest -> [Substring] in
                    var lines = (rest + text).split(separator: "\n", omittingEmptySubsequences: false)
                    rest = String(lines.removeLast())
                    return lines
                }
                printer.withLock { printer in for line in lines { printer.show(OutputLine(json: String(line))) } }
            }
            printer.withLock { $0.end() }
        }
        return try await client.ask("GET", "/v1/runs/\(run.run)/end", patience: nil)
    }

    /// Asks it to stop.
    func cancel() async throws(ControlFailure) { let _: RunJSON = try await client.ask("POST", "/v1/runs/\(run.run)/cancel") }
}
