import Foundation

/// Mail through libcurl's SMTP. Each message has a connection, and a thread of its own while that lasts: it waits in system calls,
/// which the shared threads of tasks must not do.
package struct MailTransfer: Sendable {
    package init() {}

    /// Hands a message to its server.
    /// - Returns: who gets it, and whom the server refused; that may be everybody.
    package func send(_ request: MailRequest) async throws(MailError) -> MailAnswer {
        let stop = StopHandle()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<MailAnswer, MailError>, Never>) in
                let thread = Thread { MailExchange(request, stop: stop).run { continuation.resume(returning: $0) } }
                thread.name = "mail"
                thread.start()
            }
        } onCancel: {
            stop.stop()
        }
        return try result.get()
    }
}
