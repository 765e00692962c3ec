import JobKit
package import SchedulerCore

/// The section `heartbeat` of the daemon's file: who is told that the daemon itself works.
package struct HeartbeatSettings: Sendable, Hashable {
    package var url: SecretSource
    package var interval: Duration

    package static let standardInterval = Duration.seconds(300)

    package init(url: SecretSource, interval: Duration = standardInterval) {
        self.url = url
        self.interval = interval
    }

    /// Reads the section.
    /// - Returns: nil for a daemon that tells nobody.
    static func read(in section: inout SettingsSection) -> HeartbeatSettings? {
        let found = section.section("heartbeat", help: "An address that is told, again and again, that the daemon works.") { keys in
            let text = keys.optionalText("url", help: "The address, or secret:NAME for a file that holds it.")
            let interval = keys.duration(
                "interval", in: .seconds(1) ... .seconds(86_400), default: standardInterval, help: "So long between two pings.")
            guard let text else {
                keys.report(
                    .error, at: "url", part: .key, problem: "heartbeat.url is missing", fix: "add url: secret:NAME, or leave heartbeat out")
                return HeartbeatSettings?.none
            }
            let source = SecretSource(text)
            if case .literal = source { check(text, in: &keys) }
            return HeartbeatSettings(url: source, interval: interval)
        }
        return found ?? nil
    }

    private static func check(_ text: String, in keys: inout SettingsSection) {
        if !text.hasPrefix("http://"), !text.hasPrefix("https://") {
            keys.report(
                .error, at: "url", problem: "heartbeat.url is no web address", fix: "write https://… or secret:NAME")
        } else if SecretAddress.isIn(text) {
            keys.report(
                .warning, at: "url", problem: "heartbeat.url is a secret, and it stands in the daemon's file",
                fix: "put it into a file heartbeat in the secrets directory, mode 0400, and write url: secret:heartbeat")
        }
    }
}
