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

    /// Shows its output until it has ended. A daemon that goes away is waited for: the run goes on without it.
    /// - Returns: the run as it ended.
    func watch(isQuiet: Bool) async throws(ControlFailure) -> RunJSON {
        let output = WatchedOutput()
        var outage: Outage?
        while true {
            do throws(ControlFailure) {
                if !isQuiet { try await show(output) }
                let ended: RunJSON = try await client.ask("GET", "/v1/runs/\(run.run)/end", patience: nil)
                output.end()
                return ended
            } catch {
                guard error.category == .unreachable else { throw error }
                if outage == nil || output.takesNews() {
                    output.end()
                    Console.complain("the daemon has gone; run \(run.run) goes on, and is watched again when the daemon is back")
                    outage = Outage()
                }
                guard await outage?.isOver(client) == true else {
                    throw ControlFailure(
                        "no daemon has come back: \(error.problem)",
                        fix: "start one, and see acore-sched logs \(run.run) --follow: the run goes on meanwhile", category: .unreachable)
                }
            }
        }
    }

    private func show(_ output: WatchedOutput) async throws(ControlFailure) {
        output.begin()
        let request = ReadRequest(arguments: ["logs", run.run, "--follow", "--json"], width: nil, colour: false)
        _ = try await client.read(request) { frame in if case .output(let text) = frame { output.take(text) } }
    }

    /// The time without a daemon.
    private struct Outage {
        /// systemd starts one again after five seconds, and a large one needs some to be ready.
        private static let patience = Duration.seconds(60)
        private static let pause = Duration.milliseconds(250)
        private let deadline = ContinuousClock.now + patience

        /// Waits until a daemon listens; never asks at once, so that one that refuses is not asked without end.
        func isOver(_ client: ControlClient) async -> Bool {
            while ContinuousClock.now < deadline, !Task.isCancelled {
                do { try await Task.sleep(for: Self.pause) } catch { return false }
                if client.reachability() == .listening { return true }
            }
            return false
        }
    }

    /// Asks it to stop.
    func cancel() async throws(ControlFailure) { let _: RunJSON = try await client.ask("POST", "/v1/runs/\(run.run)/cancel") }
}
