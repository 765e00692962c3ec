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

    /// A run that the daemon has claimed.
    init(_ run: RunJSON, client: ControlClient) {
        self.client = client
        self.run = run
    }

    /// Asks for a run and shows its output until it has ended; Ctrl-C asks whether to stop it.
    /// - Parameter ask: asks for it; nil when there is nothing to watch.
    /// - Returns: the run as it ended.
    static func watching(isQuiet: Bool, _ ask: () async throws -> RemoteRun?) async throws -> Run? {
        // Installed before the claim: a signal in between is kept and carried out once there is a run to stop.
        let remote = Mutex<RemoteRun?>(nil)
        let request = StopRequest { _ in
            guard let run = remote.withLock({ $0 }) else { return }
            Task {
                do throws(ControlFailure) { try await run.cancel() } catch { Console.complain("error: \(error)") }
            }
        }
        let interrupt = Interrupt {
            request.ask()
        } leave: {
            request.leave()
        }
        guard let run = try await ask() else { return nil }
        remote.withLock { $0 = run }
        if let row = Run(run.run) { request.begin(with: row) }
        let ended = try await run.watch(isQuiet: isQuiet)
        interrupt.end()
        guard let row = Run(ended) else {
            throw ControlFailure("the daemon's answer is not understood", fix: "use the command line of the daemon's own release")
        }
        return row
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
