import CCurl
import Foundation

/// HTTP through libcurl. Each exchange has a thread of its own while it lasts: it waits in system calls, which the shared
/// threads of tasks must not do.
package struct HTTPTransfer: Sendable {
    package init() {}

    /// Loads libcurl, which is else loaded by the first exchange: for a program that is to end at its start where there is none.
    package static func prepare() { _ = Exchange.isReady }

    /// Sends a request and takes the whole answer, whatever its status.
    package func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let body = Pieces()
        var response = try await stream(request, onHead: { _ in }, onBytes: { body.append($0) })
        response.body = body.all
        return response
    }

    /// Sends a request and hands the answer on as it comes.
    /// - Parameters:
    ///   - onHead: called once, with status and headers, before the first bytes.
    ///   - onBytes: called with each piece of the body, on the exchange's thread: as long as it does not return, nothing more is read.
    /// - Returns: the answer without its body, at its end.
    @discardableResult
    package func stream(
        _ request: HTTPRequest, onHead: @escaping @Sendable (HTTPResponse) -> Void, onBytes: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(TransferError) -> HTTPResponse {
        let stop = StopHandle()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<HTTPResponse, TransferError>, Never>) in
                let thread = Thread {
                    continuation.resume(returning: Exchange(request, stop: stop, onHead: onHead, onBytes: onBytes).run())
                }
                thread.name = "transfer"
                thread.start()
            }
        } onCancel: {
            stop.stop()
        }
        return try result.get()
    }

    /// Carries out a request on the thread that calls, and tells how long each part took and who answered, also when it fails.
    package func measure(_ request: HTTPRequest) -> HTTPMeasurement {
        let body = Pieces()
        let exchange = Exchange(request, stop: StopHandle(), onHead: { _ in }, onBytes: { body.append($0) })
        let outcome = exchange.run().map { response in
            var whole = response
            whole.body = body.all
            return whole
        }
        return HTTPMeasurement(outcome: outcome, times: exchange.times, certificates: exchange.certificates)
    }
}
