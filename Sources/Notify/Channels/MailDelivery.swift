import SchedulerCore
import Synchronization
import Transfer

/// Sends messages and judges what becomes of each recipient.
///
/// Where a server takes a message for some and wants the others to be tried again, it is not sent to the former twice: they are
/// remembered as long as this lives.
final class MailDelivery: Sendable {
    /// Deliveries that are remembered, at most; the oldest are forgotten, and their recipients get the same message again.
    static let memory = 1000

    private struct Served {
        var recipients: [RunID: Set<String>] = [:]
        var order: [RunID] = []
    }

    private let served = Mutex(Served())
    private let transfer = MailTransfer()
    private let report: @Sendable (String) -> Void

    /// - Parameter report: hears of recipients that a server refuses while others get the message.
    init(report: @escaping @Sendable (String) -> Void) { self.report = report }

    func send(_ request: MailRequest, delivery: RunID) async -> DeliveryOutcome {
        var request = request
        let done = served.withLock { $0.recipients[delivery] ?? [] }
        request.recipients.removeAll { done.contains($0) }
        do throws(MailError) {
            return judge(try await transfer.send(request), of: request, delivery: delivery, hasServed: !done.isEmpty)
        } catch {
            return DeliveryOutcome(error)
        }
    }

    private func judge(_ answer: MailAnswer, of request: MailRequest, delivery: RunID, hasServed: Bool) -> DeliveryOutcome {
        let later = answer.refused.filter { $0.reply.isTransient }
        let never = answer.refused.filter { !$0.reply.isTransient }
        func words(_ refusals: [MailAnswer.Refusal]) -> String {
            let texts = refusals.map { "\($0.recipient) (\($0.reply))" }
            return "\(request.place) refused \(texts.joined(separator: ", "))"
        }
        if !later.isEmpty {
            remember(answer.accepted, of: delivery)
            return .again(reason: words(later), retryAfter: nil)
        }
        forget(delivery)
        if answer.accepted.isEmpty, !hasServed { return .refused(reason: words(never)) }
        if !never.isEmpty { report("\(words(never)); the others got the message: correct to: of the channel") }
        return .delivered
    }

    private func remember(_ recipients: [String], of delivery: RunID) {
        guard !recipients.isEmpty else { return }
        served.withLock { served in
            if served.recipients[delivery] == nil { served.order.append(delivery) }
            served.recipients[delivery, default: []].formUnion(recipients)
            if served.order.count > Self.memory { served.recipients[served.order.removeFirst()] = nil }
        }
    }

    private func forget(_ delivery: RunID) {
        served.withLock { served in
            guard served.recipients.removeValue(forKey: delivery) != nil else { return }
            served.order.removeAll { $0 == delivery }
        }
    }
}

extension DeliveryOutcome {
    init(_ error: MailError) {
        switch error {
        case .transfer(let error): self.init(error)
        case .withoutTLS: self = .refused(reason: "\(error.problem); write tls: implicit for a server with TLS from the first byte")
        case .withoutLogin: self = .refused(reason: "\(error.problem); leave user and password out, or write tls: starttls")
        case .refused(_, _, let reply):
            self = reply.isTransient ? .again(reason: error.problem, retryAfter: nil) : .refused(reason: error.problem)
        }
    }
}
