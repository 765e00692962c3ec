import HummingbirdCore
import Logging

/// A server of ours from its start to its end.
struct Serving<Channel: ServerChildChannel>: Sendable {
    let server: Server<Channel>
    let open: OpenConnections
    /// What it is, for the log.
    let name: String
    let log: Logger
    /// Where connections are served; nil for the threads that all tasks share.
    var executor: (any TaskExecutor)?

    /// Serves until the task is cancelled, then takes no connection more and closes those that stand. The server's own task is not cancelled: a
    /// connection that it had accepted and not begun would end the program (https://github.com/apple/swift-nio/issues/3481).
    func run() async throws {
        let serving = Task(executorPreference: executor) { try await server.run() }
        let result = await withTaskCancellationHandler {
            await serving.result
        } onCancel: {
            open.close()
            Task {
                do {
                    try await server.shutdownGracefully()
                } catch {
                    log.error("\(name) cannot be closed in order: \(error)")
                }
            }
        }
        try result.get()
    }
}
