import JobFiles
import Notify
package import SchedulerCore

/// The channels of the daemon's file, ready to deliver.
package struct AlertChannels: Sendable {
    private let channels: [Channel]
    private let sender: ChannelSender

    /// - Parameter report: hears of recipients that get nothing although a delivery is done.
    package init(site: Site, version: String, report: @escaping @Sendable (String) -> Void) {
        channels = site.settings.channels
        sender = ChannelSender(
            userAgent: "acore-sched/\(version)", secrets: SecretReader(site), now: { Machine.now / 1_000_000 }, report: report)
    }

    /// Channels whose receiver has to hear of what goes on again and again, and how often.
    package var repeats: [String: Duration] {
        var repeats: [String: Duration] = [:]
        for channel in channels {
            if case .alertmanager(let manager) = channel.way { repeats[channel.name] = manager.repeatEvery }
        }
        return repeats
    }

    /// In the order of the file.
    package var names: [String] { channels.map(\.name) }

    /// What the file says of a channel; nil when it does not name it.
    package func channel(named name: String) -> Channel? { channels.first { $0.name == name } }

    /// Tries once to deliver a notice.
    package func deliver(_ notice: AlertNotice, to name: String) async -> DeliveryOutcome {
        guard let channel = channel(named: name) else {
            return .refused(reason: "there is no channel named \(name) in the daemon's file; add it to channels")
        }
        return await sender.deliver(notice, through: channel)
    }

    /// Sends a notice that says nothing but that the channel works.
    package func test(_ name: String) async -> DeliveryOutcome {
        let now = Machine.now / 1_000_000
        return await deliver(
            .test(of: name, id: RunID(milliseconds: now), host: Machine.hostName, now: now), to: name)
    }
}

extension SecretReader {
    /// Files of the daemon's secrets directory.
    init(_ site: Site) {
        let store = SecretStore(directory: site.locations.secretsDirectory)
        self.init { name in
            Result { () throws(DaemonError) in try store.read(name) }.mapError { ChannelProblem("\($0.problem); fix: \($0.fix)") }
        }
    }
}
