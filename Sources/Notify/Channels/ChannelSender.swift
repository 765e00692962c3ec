package import SchedulerCore

/// Delivers notices, one try a call; who calls decides when to try again.
package struct ChannelSender: Sendable {
    private let http: HTTPDelivery
    private let mail: MailDelivery
    private let command = CommandDelivery()
    private let secrets: SecretReader
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - report: hears of recipients that get nothing although the delivery is done.
    package init(
        userAgent: String, secrets: SecretReader, now: @escaping @Sendable () -> Int64, report: @escaping @Sendable (String) -> Void
    ) {
        http = HTTPDelivery(userAgent: userAgent, now: now)
        mail = MailDelivery(report: report)
        self.secrets = secrets
        self.now = now
    }

    /// Tries once.
    package func deliver(_ notice: AlertNotice, through channel: Channel) async -> DeliveryOutcome {
        let request: ChannelRequest
        do throws(ChannelProblem) {
            request = try ChannelRequest(notice, through: channel, secrets: secrets, now: now())
        } catch {
            return .refused(reason: error.reason)
        }
        switch request {
        case .http(let request, let rule): return await http.send(request, rule: rule)
        case .mail(let request): return await mail.send(request, delivery: notice.delivery)
        case .command(let arguments, let input): return await command.run(arguments, input: input, timeout: channel.timeout)
        }
    }
}
