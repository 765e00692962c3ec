import SchedulerCore
import Synchronization
import Transfer

/// Sends a request and judges the answer.
struct HTTPDelivery: Sendable {
    /// Of an answer no more is looked at.
    private static let answerBound = 64 * 1024

    private let transfer = HTTPTransfer()
    let userAgent: String
    let now: @Sendable () -> Int64

    func send(_ request: HTTPRequest, rule: AnswerRule) async -> DeliveryOutcome {
        var request = request
        request.headers.append(("User-Agent", userAgent))
        request.maximumBodyBytes = Self.answerBound
        let answer = Answer()
        do throws(TransferError) {
            _ = try await transfer.stream(request, onHead: { answer.take($0) }, onBytes: { answer.take($0) })
        } catch {
            // The status is the answer; what comes after it, or fails to, changes nothing.
            guard let response = answer.response else { return DeliveryOutcome(error) }
            return DeliveryOutcome(response, from: request.place, rule: rule, now: now())
        }
        guard let response = answer.response else {
            return .again(reason: "\(request.place) gave no answer", retryAfter: nil)
        }
        return DeliveryOutcome(response, from: request.place, rule: rule, now: now())
    }

    /// What has come so far, from the exchange's thread.
    private final class Answer: Sendable {
        private let state = Mutex<HTTPResponse?>(nil)

        var response: HTTPResponse? { state.withLock { $0 } }

        func take(_ head: HTTPResponse) { state.withLock { $0 = head } }

        func take(_ bytes: [UInt8]) { state.withLock { $0?.body += bytes } }
    }
}
