import Hummingbird
import Logging

extension HTTPResponder where Context: RequestContext {
    /// What is sent in any case: an error that is no answer itself is logged, and told as 500 without its words.
    func answer(to request: Request, context: Context) async -> Response {
        do {
            return try await respond(to: request, context: context)
        } catch let error as any HTTPResponseError {
            return Response(status: error.status)
        } catch {
            context.logger.error("a request failed: \(error)")
            return Response(status: .internalServerError)
        }
    }
}
