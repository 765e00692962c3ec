import CLinux
import FoundationEssentials
import Glibc
import Synchronization
import Transfer

/// Asks a daemon over its Unix socket.
package struct ControlClient: Sendable {
    /// Whether somebody listens at a socket.
    package enum Reachability: Sendable, Hashable {
        case listening
        /// Nobody: there is no socket, or one that a daemon left behind.
        case nobody
        /// Somebody may listen, and this user may not ask.
        case forbidden
        /// The path is longer than the 107 bytes that a socket's name may have.
        case tooLong
    }

    /// The most bytes of a socket's path: `sun_path` without its end, unix(7).
    package static let longestPath = 107

    package let socketPath: String

    package init(socketPath: String) { self.socketPath = socketPath }

    /// Connects once and lets go.
    package func reachability() -> Reachability {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(socketPath.utf8)
        guard bytes.count <= Self.longestPath else { return .tooLong }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .nobody }
        defer { close(descriptor) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if connected == 0 { return .listening }
        return errno == EACCES || errno == EPERM ? .forbidden : .nobody
    }

    /// Asks, and waits for the whole answer.
    package func ask<Answer: Decodable & Sendable>(
        _ method: String, _ path: String, body: (any Encodable & Sendable)? = nil, as type: Answer.Type = Answer.self,
        patience: Duration? = .seconds(60)
    ) async throws(ControlFailure) -> Answer {
        var request = try request(method, path, body: body)
        request.timeout = patience
        let response: HTTPResponse
        do throws(TransferError) {
            response = try await HTTPTransfer().send(request)
        } catch {
            throw failure(error)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response.status, body: response.body) }
        do {
            return try ControlCoding.decoder().decode(type, from: Data(response.body))
        } catch {
            throw notUnderstood("\(error)")
        }
    }

    private func notUnderstood(_ reason: String) -> ControlFailure {
        ControlFailure(
            "the daemon gave an answer that is not understood: \(reason)", fix: "use the command line of the daemon's own release")
    }

    /// Asks for a reading verb and hands its output on as it comes.
    /// - Returns: the verb's exit status.
    package func read(_ request: ReadRequest, onFrame: @escaping @Sendable (OutputFrame) -> Void) async throws(ControlFailure) -> Int32 {
        try await stream("/v1/read", body: request, onFrame: onFrame)
    }

    /// Asks for a verb of a kind and hands on what comes: its output, or the run that carries it out.
    /// - Returns: the verb's exit status; of a run the status of its claim.
    package func call(_ verb: KindRequest, onFrame: @escaping @Sendable (OutputFrame) -> Void) async throws(ControlFailure) -> Int32 {
        try await stream("/v1/verbs", body: verb, onFrame: onFrame)
    }

    private func stream(
        _ path: String, body: any Encodable & Sendable, onFrame: @escaping @Sendable (OutputFrame) -> Void
    ) async throws(ControlFailure) -> Int32 {
        var sent = try request("POST", path, body: body)
        sent.timeout = nil
        // Output of hours; each line is handed on as it comes.
        sent.maximumBodyBytes = .max
        let lines = FrameReader(onFrame)
        let response: HTTPResponse
        do throws(TransferError) {
            response = try await HTTPTransfer().stream(sent, onHead: { lines.begin(isError: $0.status >= 300) }, onBytes: lines.take)
        } catch {
            throw failure(error)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response.status, body: lines.rest) }
        if let trouble = lines.trouble { throw notUnderstood(trouble) }
        guard let status = lines.exitStatus else {
            throw ControlFailure(
                "the daemon broke the answer off", fix: "ask again; see the daemon's log", category: .unreachable)
        }
        return status
    }

    private func request(
        _ method: String, _ path: String, body: (any Encodable & Sendable)?
    ) throws(ControlFailure) -> HTTPRequest {
        guard socketPath.utf8.count <= Self.longestPath else { throw Self.tooLong(socketPath) }
        var request = HTTPRequest(method, "http://local\(path)")
        request.unixSocket = socketPath
        guard let body else { return request }
        do {
            request.body = Array(try ControlCoding.encoder().encode(body))
            request.headers = [("Content-Type", "application/json")]
        } catch {
            throw ControlFailure("the request cannot be written as JSON: \(error)", fix: "look for numbers that are not finite")
        }
        return request
    }

    private func refusal(_ status: Int, body: [UInt8]) -> ControlFailure {
        do {
            return try ControlCoding.decoder().decode(ControlFailure.self, from: Data(body))
        } catch {
            return notUnderstood("status \(status), and \(error)")
        }
    }

    private func failure(_ error: TransferError) -> ControlFailure {
        switch error {
        case .notReachable(_, _, EACCES), .notReachable(_, _, EPERM): Self.forbidden(socketPath)
        case .notReachable: Self.unreachable(socketPath)
        case .timedOut, .untrusted, .withoutHandshake, .tooLarge, .cancelled, .broken:
            ControlFailure(
                "the daemon gave no answer: \(error.problem)",
                fix: "ask again; see the daemon's log, and that this user does not hold too many connections to it", category: .unreachable)
        }
    }

    /// Nobody listens.
    package static func unreachable(_ path: String) -> ControlFailure {
        ControlFailure(
            "no daemon listens at \(path)",
            fix: "start one (acore-sched daemon, or systemctl start acore-sched), or name its socket with --socket",
            category: .unreachable)
    }

    /// Nobody can listen.
    package static func tooLong(_ path: String) -> ControlFailure {
        ControlFailure(
            "no daemon can listen at \(path): it has \(path.utf8.count) bytes, and a socket's name may have \(longestPath)",
            fix: "name a shorter place with --socket, for the daemon and here", category: .unreachable)
    }

    /// This user may not ask.
    package static func forbidden(_ path: String) -> ControlFailure {
        let advice = group(of: path).map { "become a member of the group \($0) (usermod -aG \($0) USER), or " } ?? ""
        return ControlFailure("this user may not use \(path)", fix: advice + "ask as root", category: .refused)
    }

    /// The name of the group that a socket belongs to, if that is one of its own and not the superuser's.
    private static func group(of path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_gid != 0, let record = getgrgid(status.st_gid) else { return nil }
        return String(cString: record.pointee.gr_name)
    }
}
