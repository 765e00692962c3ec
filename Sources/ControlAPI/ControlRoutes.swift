import ControlClient
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The routes of the control socket. Who may do what stands in ``ControlVerb``; every route goes through ``answer`` or ``act``.
struct ControlRoutes: Sendable {
    /// No request is larger.
    static let bodyBound = 256 * 1024
    /// No answer has more rows of the audit.
    static let auditBound = 1000

    let control: any Control

    func router() -> Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        router.add(middleware: UnknownRoute<ControlContext> { Self.unknown($0) })
        router.get("v1/status") { _, context in
            try await answer(.status, context) { role throws(ControlFailure) in
                var status = try await control.status()
                status.role = role
                return status
            }
        }
        router.get("health/details") { _, context in
            try await answer(.status, context) { _ throws(ControlFailure) in try await control.details() }
        }
        router.get("v1/runs/{run}") { _, context in
            try await answer(.read, context) { _ throws(ControlFailure) in try await control.run(try context.word("run")) }
        }
        router.get("v1/runs/{run}/end") { _, context in
            try await answer(.read, context) { _ throws(ControlFailure) in
                let run = try context.word("run")
                return try await context.whileConnected { () throws(ControlFailure) in try await control.end(of: run) }
            }
        }
        router.get("v1/audit") { request, context in
            let limit = min(max(1, request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 100), Self.auditBound)
            return try await answer(.audit, context) { _ throws(ControlFailure) in try await control.audit(limit: limit) }
        }
        router.post("v1/read") { request, context in
            let body = await decoded(ReadRequest.self, request)
            return await stream(.read, context) { () throws(ControlFailure) in try await control.read(try body.get()) }
        }
        addActing(to: router)
        return router
    }

    private func addActing(to router: Router<ControlContext>) {
        router.post("v1/jobs/{job}/runs") { request, context in
            let body = await decoded(RunRequest.self, request)
            let verb = (try? body.get())?.settings.isEmpty ?? true ? ControlVerb.runNow : .runNowSet
            return try await act(verb, "job", context, detail: detail(body)) { job throws(ControlFailure) in
                try await control.requestRun(of: job, try body.get())
            }
        }
        router.post("v1/runs/{run}/cancel") { _, context in
            try await act(.cancel, "run", context) { run throws(ControlFailure) in try await control.cancel(run) }
        }
        router.post("v1/jobs/{job}/pause") { request, context in
            let body = await decoded(PauseRequest.self, request)
            return try await act(.pause, "job", context, detail: detail(body)) { job throws(ControlFailure) in
                try await control.pause(job, try body.get())
                return Done()
            }
        }
        router.post("v1/jobs/{job}/resume") { _, context in
            try await act(.resume, "job", context) { job throws(ControlFailure) in
                try await control.resume(job)
                return Done()
            }
        }
        addAlerts(to: router)
        router.post("v1/verbs") { request, context in await callVerb(request, context) }
        router.post("v1/reload") { _, context in
            try await act(.reload, nil, context) { _ throws(ControlFailure) in try await control.reload() }
        }
    }

    /// An answer without content.
    private struct Done: Encodable {}

    // MARK: Rights and records

    /// A call that changes nothing.
    private func answer<Answer: Encodable>(
        _ verb: ControlVerb, _ context: ControlContext, _ body: (ControlRole) async throws(ControlFailure) -> Answer
    ) async throws -> Response {
        do throws(ControlFailure) {
            return respond(try await body(try permitted(verb, context)))
        } catch {
            return respond(error)
        }
    }

    /// A call that changes something about what a part of the path names; nil for the daemon itself.
    private func act<Answer: Encodable>(
        _ verb: ControlVerb, _ name: String?, _ context: ControlContext, detail: String = "",
        _ body: (String) async throws(ControlFailure) -> Answer
    ) async throws -> Response {
        let object: String?
        do throws(ControlFailure) {
            object = try name.map { name throws(ControlFailure) in try context.word(name) }
        } catch {
            return respond(error)
        }
        return await act(verb, on: object, context, detail: detail) { () throws(ControlFailure) in
            respond(try await body(object ?? ""))
        }
    }

    /// A call that changes something: its row is written first, and completed with what came of it.
    func act(
        _ verb: ControlVerb, on object: String?, _ context: ControlContext, detail: String,
        _ body: () async throws(ControlFailure) -> Response
    ) async -> Response {
        do throws(ControlFailure) {
            guard let peer = context.peer else { throw Self.stranger }
            let role = control.role(of: peer)
            let call = AuditedCall(verb: verb, peer: peer, role: role, object: object, detail: detail)
            guard let role, role >= verb.leastRole else {
                try await control.recordDenial(of: call)
                throw denied(verb, role: role)
            }
            let number = try await control.beginAudit(call)
            do throws(ControlFailure) {
                let done = try await body()
                await control.finishAudit(number, result: "done")
                return done
            } catch {
                // What is wrong with a setting may quote its value, which may be a secret.
                let problem = verb == .runNowSet ? "" : ": \(error.problem)"
                await control.finishAudit(number, result: error.category.rawValue + problem)
                throw error
            }
        } catch {
            return respond(error)
        }
    }

    private func permitted(_ verb: ControlVerb, _ context: ControlContext) throws(ControlFailure) -> ControlRole {
        guard let peer = context.peer else { throw Self.stranger }
        let role = control.role(of: peer)
        guard let role, role >= verb.leastRole else { throw denied(verb, role: role) }
        return role
    }

    private static let stranger = ControlFailure(
        "the kernel does not say who asks", fix: "ask over the Unix socket", category: .refused)

    private func denied(_ verb: ControlVerb, role: ControlRole?) -> ControlFailure {
        let group = verb.leastRole == .admin ? nil : control.operatorGroup
        return ControlFailure(
            "\(verb.rawValue) needs the role \(verb.leastRole.rawValue), and this user \(role.map { "is \($0.rawValue)" } ?? "has none")",
            fix: group.map { "become a member of the group \($0) (usermod -aG \($0) USER), or ask as root" }
                ?? "ask as root or as the daemon's user",
            category: .refused)
    }

    // MARK: Bodies

    /// A verb of a kind: one that acts is a run with its row in the audit.
    private func callVerb(_ request: Request, _ context: ControlContext) async -> Response {
        let call = await decoded(KindRequest.self, request)
        guard case .success(let call) = call, control.isActing(call) else {
            return await stream(.readingVerb, context) { () throws(ControlFailure) in try await control.read(try call.get()) }
        }
        let detail = (call.job.map { "job \($0)" } ?? "") + (call.dryRun ? " dry run" : "")
        return await act(.actingVerb, on: "\(call.kind) \(call.verb ?? "")", context, detail: detail) { () throws(ControlFailure) in
            let run = try await control.act(call)
            let frames = AsyncStream<OutputFrame> { continuation in
                continuation.yield(.run(run))
                continuation.yield(.exit(0))
                continuation.finish()
            }
            return Self.respond(ControlAnswer(frames: frames), context)
        }
    }

    /// A call that changes nothing and is answered piece by piece.
    private func stream(
        _ verb: ControlVerb, _ context: ControlContext, _ body: () async throws(ControlFailure) -> ControlAnswer
    ) async -> Response {
        do throws(ControlFailure) {
            _ = try permitted(verb, context)
            return Self.respond(try await body(), context)
        } catch {
            return respond(error)
        }
    }

    /// Pieces as they come, until the caller goes away: also one that goes while nothing comes.
    private static func respond(_ answer: ControlAnswer, _ context: ControlContext) -> Response {
        context.hangUp.whenComplete { _ in answer.stop() }
        let body = ResponseBody { writer in
            for await frame in answer.frames {
                try await writer.write(ByteBuffer(bytes: JSONResponse.encoded(frame) + [UInt8(ascii: "\n")]))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/jsonl"], body: body)
    }

    func decoded<Body: Decodable>(_ type: Body.Type, _ request: Request) async -> Result<Body, ControlFailure> {
        do {
            let bytes = try await request.body.collect(upTo: Self.bodyBound)
            return .success(try ControlCoding.decoder().decode(type, from: Data(bytes.readableBytesView)))
        } catch {
            return .failure(
                ControlFailure(
                    "the body of the request is not understood: \(error)", fix: "see docs/control.md for what it may hold", category: .usage
                ))
        }
    }

    /// Names of settings only: their values may be secrets.
    private func detail(_ body: Result<RunRequest, ControlFailure>) -> String {
        guard case .success(let request) = body else { return "" }
        let names = AuditedCall.names(of: request.settings)
        return [request.dryRun ? "dry run" : "", names.isEmpty ? "" : "set \(names)"].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private func detail(_ body: Result<PauseRequest, ControlFailure>) -> String {
        guard case .success(let request) = body else { return "" }
        return request.until.map { "until \($0)" } ?? "until resumed"
    }

    private static func unknown(_ request: Request) -> Response {
        JSONResponse.make(
            ControlFailure(
                "there is no \(request.method.rawValue) \(request.uri.path) here", fix: "see docs/control.md for what can be asked",
                category: .notFound))
    }

    private func respond(_ failure: ControlFailure) -> Response { JSONResponse.make(failure) }

    func respond(_ answer: some Encodable) -> Response { JSONResponse.make(.ok, answer) }
}

extension ControlContext {
    /// A part of the path.
    func word(_ name: String) throws(ControlFailure) -> String {
        guard let text = parameters.get(name)?.removingPercentEncoding, !text.isEmpty else {
            throw ControlFailure("the path names no \(name)", fix: "see docs/control.md", category: .usage)
        }
        return text
    }
}
