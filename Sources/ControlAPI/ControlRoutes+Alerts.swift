import ControlClient
import Hummingbird

/// What can be asked about alerts. Keys of alerts have slashes in them, so that bodies name them, not paths.
extension ControlRoutes {
    func addAlerts(to router: Router<ControlContext>) {
        router.post("v1/alerts/ack") { request, context in
            let body = await decoded(AcknowledgeRequest.self, request)
            return await act(.acknowledge, on: object(body, \.alert), context, detail: "") { () throws(ControlFailure) in
                respond(try await control.acknowledge(try body.get(), as: try context.named()))
            }
        }
        router.post("v1/alerts/silence") { request, context in
            let body = await decoded(SilenceRequest.self, request)
            let detail = object(body) { "until \($0.until): \($0.reason)" } ?? ""
            return await act(.silence, on: object(body, \.pattern), context, detail: detail) { () throws(ControlFailure) in
                respond(try await control.silence(try body.get(), as: try context.named()))
            }
        }
        router.post("v1/alerts/unsilence") { request, context in
            let body = await decoded(UnsilenceRequest.self, request)
            return await act(.unsilence, on: object(body, \.silence), context, detail: "") { () throws(ControlFailure) in
                respond(try await control.unsilence(try body.get(), as: try context.named()))
            }
        }
    }

    /// What a body says; nil for one that is not understood.
    private func object<Body>(_ body: Result<Body, ControlFailure>, _ text: (Body) -> String) -> String? {
        if case .success(let body) = body { text(body) } else { nil }
    }
}

extension ControlContext {
    /// Who asks.
    fileprivate func named() throws(ControlFailure) -> Peer {
        guard let peer else {
            throw ControlFailure("the kernel does not say who asks", fix: "ask over the Unix socket", category: .refused)
        }
        return peer
    }
}
