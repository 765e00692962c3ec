import Foundation
import Testing

/// What monitors see of checks, of what fires, and of notices that wait.
@Suite(.ownThread)
struct HealthMetricsTests {
    /// A program of the monitoring plugins' form.
    private static let health = #"""
        uses: health
        with:
          programs:
            programs:
              users: {argv: [/bin/sh, -c, "echo 'USERS CRITICAL | users=7;5;6'; exit 2"]}
              quiet: {argv: [/bin/sh, -c, "echo 'QUIET OK | load=0.5'; exit 0"]}

        """#

    @Test func checksAlertsAndWaitingNoticesAreSeriesUntilTheirJobIsGone() throws {
        let site = try Site(jobs: ["health": Self.health])
        // A port that takes no connection: what is to be told waits.
        let taken = try Monitor.freePort()
        let monitor = try Monitor(
            site,
            settings: """
                channels: {ops: {type: webhook, url: "http://127.0.0.1:\(taken)/"}, idle: {type: webhook, url: "http://127.0.0.1:\(taken)/"}}
                alerts: {to: [ops]}

                """)
        let daemon = try site.daemon()
        let before = try monitor.series()
        #expect(before.keys.contains { $0.hasPrefix("acore_sched_check") } == false)
        #expect(before[#"acore_sched_alerts_firing{level="critical"}"#] == 0)
        #expect(before[#"acore_sched_outbox_depth{channel="ops"}"#] == 0 && before[#"acore_sched_outbox_depth{channel="idle"}"#] == 0)
        let command = try site.start(words: ["run-now", "health"])
        #expect(try command.wait() == .exited(1), "\(command.errors)")
        let series = try monitor.series()
        let users = #"job_name="health",check="programs",target="users""#
        #expect(series["acore_sched_check_state{\(users)}"] == 2)
        #expect(series[#"acore_sched_check_state{job_name="health",check="programs",target="quiet"}"#] == 0)
        #expect(series.first { $0.key.hasPrefix("acore_sched_check_value{\(users),") }?.value == 7)
        #expect(series[#"acore_sched_alerts_firing{level="critical"}"#] == 1)
        #expect(series[#"acore_sched_outbox_depth{channel="ops"}"#] == 1 && series[#"acore_sched_outbox_depth{channel="idle"}"#] == 0)
        // How it ended is known after a restart, and so is what it found.
        try daemon.killNow()
        let second = try site.daemon()
        #expect(try monitor.series()["acore_sched_check_state{\(users)}"] == 2)
        try FileManager.default.removeItem(atPath: "\(site.jobsFolder)/health.yaml")
        try monitor.wait(for: "acore_sched_jobs_loaded", 0)
        #expect(try monitor.series().keys.contains { $0.hasPrefix("acore_sched_check_state") } == false)
        #expect(try second.stop() == .exited(0), "\(second.errors)")
    }
}
