import Hummingbird

/// Answers a request that no route takes in words, like every other that is not done.
struct UnknownRoute<Context: RequestContext>: RouterMiddleware {
    let answer: @Sendable (Request) -> Response

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return answer(request)
        }
    }
}
