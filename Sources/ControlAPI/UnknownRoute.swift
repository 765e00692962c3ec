import ControlClient
import Hummingbird

/// Answers a call that no route takes like every other that is not done.
struct UnknownRoute: RouterMiddleware {
    let answer: @Sendable (ControlFailure) -> Response

    func handle(
        _ request: Request, context: ControlContext, next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return answer(
                ControlFailure(
                    "there is no \(request.method.rawValue) \(request.uri.path) here", fix: "see docs/control.md for what can be asked",
                    category: .notFound))
        }
    }
}
