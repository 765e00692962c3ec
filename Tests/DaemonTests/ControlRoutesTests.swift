import ControlAPI
import ControlClient
import Dispatch
import Glibc
import Logging
import Synchronization
import Testing

/// The routes of the socket, on a real socket, in front of a control that only takes notes.
@Suite struct ControlRoutesTests {
    private final class Notes: Sendable {
        private struct Lists { var limits: [Int] = [], details: [String] = [], results: [String] = [] }
        private let lists = Mutex(Lists())
        /// Ends with the first wait for a run's end that has begun.
        let awaited: AsyncStream<Never>
        private let waited: AsyncStream<Never>.Continuation
        /// Ends with the first wait for a run's end that was given up.
        let abandoned: AsyncStream<Never>
        private let abandon: AsyncStream<Never>.Continuation

        init() {
            (awaited, waited) = AsyncStream.makeStream()
            (abandoned, abandon) = AsyncStream.makeStream()
        }

        var limits: [Int] { lists.withLock { $0.limits } }
        var details: [String] { lists.withLock { $0.details } }
        var results: [String] { lists.withLock { $0.results } }

        func noteAwaited() { waited.finish() }
        func noteAbandoned() { abandon.finish() }
        func note(limit: Int) { lists.withLock { $0.limits.append(limit) } }
        func note(detail: String) { lists.withLock { $0.details.append(detail) } }
        func note(result: String) { lists.withLock { $0.results.append(result) } }
    }

    private struct NotingControl: Control {
        let notes: Notes
        let role: ControlRole?
        private static let none = ControlFailure("there is nothing of that name", fix: "ask for another", category: .notFound)

        func role(of peer: Peer) -> ControlRole? { role }
        var operatorGroup: String? { "wheel" }
        func status() async throws(ControlFailure) -> StatusMessage { throw Self.none }
        func details() async throws(ControlFailure) -> DetailsMessage { throw Self.none }
        func run(_ id: String) async throws(ControlFailure) -> RunJSON { throw Self.none }
        /// The run never ends; whoever waits can only go away.
        func end(of id: String) async throws(ControlFailure) -> RunJSON {
            let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
            notes.noteAwaited()
            for await _ in stream {}
            continuation.finish()
            notes.noteAbandoned()
            throw Self.none
        }
        func requestRun(of job: String, _ request: RunRequest) async throws(ControlFailure) -> RunJSON {
            throw ControlFailure("refused: \(request.settings.joined())", fix: "write another", category: .usage)
        }
        func cancel(_ id: String) async throws(ControlFailure) -> RunJSON { throw Self.none }
        func pause(_ job: String, _ request: PauseRequest) async throws(ControlFailure) {}
        func resume(_ job: String) async throws(ControlFailure) { throw Self.none }
        func reload() async throws(ControlFailure) -> ReloadMessage { throw Self.none }
        func read(_ request: ReadRequest) async throws(ControlFailure) -> ControlAnswer { throw Self.none }
        func isActing(_ call: KindRequest) -> Bool { false }
        func read(_ call: KindRequest) async throws(ControlFailure) -> ControlAnswer { throw Self.none }
        func act(_ call: KindRequest) async throws(ControlFailure) -> RunJSON { throw Self.none }
        func acknowledge(_ request: AcknowledgeRequest, as peer: Peer) async throws(ControlFailure) -> AlertJSON {
            throw ControlFailure("no alert \(request.alert)", fix: "none", category: .notFound)
        }
        func silence(_ request: SilenceRequest, as peer: Peer) async throws(ControlFailure) -> SilenceJSON {
            throw ControlFailure("no silence for \(peer.uid)", fix: "none", category: .busy)
        }
        func unsilence(_ request: UnsilenceRequest, as peer: Peer) async throws(ControlFailure) -> SilenceJSON {
            throw ControlFailure("no silence \(request.silence)", fix: "none", category: .notFound)
        }
        func audit(limit: Int) async throws(ControlFailure) -> [AuditMessage] {
            notes.note(limit: limit)
            return []
        }
        func beginAudit(_ call: AuditedCall) async throws(ControlFailure) -> Int64 {
            notes.note(detail: call.detail)
            return 1
        }
        func recordDenial(of call: AuditedCall) async throws(ControlFailure) { notes.note(detail: call.detail + (call.object ?? "")) }
        func finishAudit(_ number: Int64, result: String) async { notes.note(result: result) }
    }

    /// What the routes did with what `body` asked for.
    private func notes(
        for role: ControlRole? = .admin, quota: PeerQuota = PeerQuota(exempt: [geteuid()]), idleTimeout: Duration = .seconds(30),
        _ body: (ControlClient, Notes) async throws -> Void
    ) async throws {
        let space = try Workspace()
        let path = space.path + "/control.sock"
        let notes = Notes()
        let server = ControlServer(
            path: path, access: SocketAccess(owner: nil, others: []), control: NotingControl(notes: notes, role: role),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, quota: quota, idleTimeout: idleTimeout)
        let (isReady, ready) = AsyncStream.makeStream(of: Void.self)
        let serving = Task { try await server.run { ready.finish() } }
        for await _ in isReady {}
        do {
            try await body(ControlClient(socketPath: path), notes)
        } catch {
            serving.cancel()
            throw error
        }
        serving.cancel()
        try await serving.value
        withExtendedLifetime(space) {}
    }

    @Test(arguments: ["-1": 1, "0": 1, "7": 7, "1000": 1000, "1001": 1000, "99999999999999999999": 100, "many": 100])
    func theAuditIsAskedForWithinItsBound(_ asked: String, _ limit: Int) async throws {
        try await notes { client, notes in
            let rows: [AuditMessage] = try await client.ask("GET", "/v1/audit?limit=\(asked)")
            #expect(rows.isEmpty)
            #expect(notes.limits == [limit])
        }
    }

    @Test(arguments: ["token=hunter2": "token", "hunter2": "?"])
    func noValueOfASettingReachesTheAudit(_ setting: String, _ name: String) async throws {
        try await notes { client, notes in
            await #expect(throws: ControlFailure.self) {
                let _: RunJSON = try await client.ask("POST", "/v1/jobs/hand/runs", body: RunRequest(settings: [setting], dryRun: false))
            }
            #expect(notes.details == ["set \(name)"])
            #expect(notes.results == ["usage"])
        }
    }

    /// The socket lets nobody in who has no role, until the user database changes.
    @Test(arguments: [
        "GET /v1/status", "GET /v1/audit", "GET /v1/runs/x", "GET /health/details", "POST /v1/reload", "POST /v1/runs/x/cancel",
        "POST /v1/jobs/hand/resume",
    ])
    func whoHasNoRoleIsRefusedWithARowForWhatActs(_ call: String) async throws {
        let words = call.split(separator: " ").map(String.init)
        try await notes(for: nil) { client, notes in
            let failure = await #expect(throws: ControlFailure.self) { let _: RunJSON = try await client.ask(words[0], words[1]) }
            #expect(failure?.category == .refused)
            #expect(failure?.problem.hasSuffix("and this user has none") == true)
            #expect(notes.details.count == (words[0] == "POST" ? 1 : 0))
        }
    }

    @Test(arguments: ["GET /v1/nope", "DELETE /v1/status", "GET /", "POST /v1/jobs/hand"])
    func aCallThatNoRouteTakesIsRefusedInWords(_ call: String) async throws {
        let words = call.split(separator: " ").map(String.init)
        try await notes { client, notes in
            let failure = await #expect(throws: ControlFailure.self) { let _: RunJSON = try await client.ask(words[0], words[1]) }
            #expect(failure?.problem == "there is no \(call) here")
            #expect(failure?.category == .notFound)
            #expect(notes.details.isEmpty)
        }
    }

    @Test(arguments: [
        "POST /v1/runs/x/cancel": "become a member of the group wheel (usermod -aG wheel USER), or ask as root",
        "POST /v1/reload": "ask as root or as the daemon's user",
    ])
    func aRefusalNamesTheGroupThatWouldHelp(_ call: String, _ fix: String) async throws {
        let words = call.split(separator: " ").map(String.init)
        try await notes(for: .viewer) { client, notes in
            let failure = await #expect(throws: ControlFailure.self) { let _: RunJSON = try await client.ask(words[0], words[1]) }
            #expect(failure?.fix == fix)
        }
    }

    @Test func aRefusedCallIsRecordedWithItsReason() async throws {
        try await notes { client, notes in
            await #expect(throws: ControlFailure.self) {
                let _: RunJSON = try await client.ask("POST", "/v1/runs/x/cancel")
            }
            #expect(notes.results == ["not_found: there is nothing of that name"])
        }
    }

    @Test func theWaitForAnEndEndsWithWhoeverWaits() async throws {
        try await notes { client, notes in
            let waiter = Task { () async throws(ControlFailure) -> RunJSON in
                try await client.ask("GET", "/v1/runs/x/end", patience: nil)
            }
            for await _ in notes.awaited {}
            waiter.cancel()
            for await _ in notes.abandoned {}
            await #expect(throws: ControlFailure.self) { try await waiter.value }
        }
    }

    /// Connections that ask for nothing.
    private final class Silence: Sendable {
        private let descriptors: [Int32]

        init(_ count: Int, at path: String) throws {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            descriptors = (0..<count).map { _ in socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
            for descriptor in descriptors {
                let connected = withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
                }
                try #require(connected == 0)
            }
        }

        deinit { for descriptor in descriptors { close(descriptor) } }

        /// Waits until the server closes some of them.
        /// - Returns: how many.
        func closed(patience: Int32 = 20_000) async -> Int {
            await withCheckedContinuation { continuation in
                // The server needs the threads of tasks meanwhile.
                DispatchQueue.global().async {
                    var ends = self.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                    continuation.resume(returning: Int(poll(&ends, nfds_t(ends.count), patience)))
                }
            }
        }
    }

    @Test func aUserWhoHoldsManyConnectionsGetsNoFurtherOne() async throws {
        try await notes(quota: PeerQuota(bound: 2, exempt: [])) { client, notes in
            // Which of them comes first is the server's to say.
            var silent: Silence? = try Silence(3, at: client.socketPath)
            #expect(await silent?.closed() == 1)
            let refused = await #expect(throws: ControlFailure.self) { let _: [AuditMessage] = try await client.ask("GET", "/v1/audit") }
            #expect(refused?.category == .unreachable)
            #expect(await silent?.closed(patience: 0) == 1, "the other two stay")
            silent = nil
            // The server learns of the end in its own time.
            for _ in 0..<20_000 {
                do throws(ControlFailure) {
                    let _: [AuditMessage] = try await client.ask("GET", "/v1/audit")
                    return
                } catch {
                    #expect(error.category == .unreachable)
                }
            }
            Issue.record("there is no place again")
        }
    }

    @Test func aConnectionThatAsksForNothingIsClosedAndOneThatWaitsForAnAnswerIsNot() async throws {
        try await notes(idleTimeout: .milliseconds(100)) { client, notes in
            let waiter = Task { () async throws(ControlFailure) -> RunJSON in
                try await client.ask("GET", "/v1/runs/x/end", patience: nil)
            }
            for await _ in notes.awaited {}
            let silent = try Silence(1, at: client.socketPath)
            #expect(await silent.closed() == 1)
            // It has waited longer than the one that was closed.
            waiter.cancel()
            for await _ in notes.abandoned {}
            let failure = await #expect(throws: ControlFailure.self) { try await waiter.value }
            #expect(failure?.problem.contains("cancel") == true, "\(String(describing: failure))")
        }
    }

    /// Whoever connects while the server ends must not end the program.
    @Test func theServerEndsInOrderWhileOthersConnect() async throws {
        for _ in 0..<20 {
            try await notes { client, notes in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            for _ in 0..<20 { _ = client.reachability() }
                        }
                    }
                    await group.next()
                }
            }
        }
    }
}
