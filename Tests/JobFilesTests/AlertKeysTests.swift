import JobKit
import SchedulerCore
import Testing

@testable import JobFiles

/// The section `alerts` of job files and of the daemon's file.
@Suite struct AlertKeysTests {
    private func settings(_ text: String) throws -> (DaemonSettings, [FileFinding]) {
        let scratch = try Scratch()
        try scratch.write("acore-sched.yaml", text)
        return DaemonSettings.load(scratch.path + "/acore-sched.yaml", environment: [:], privileged: false)
    }

    private static let channels = "channels: {ops: {type: ntfy, topic: a}, pager: {type: ntfy, topic: b}}\n"

    @Test func theDaemonsFileSaysWhoIsToldAndWhen() throws {
        let (settings, findings) = try settings(
            Self.channels + """
                alerts:
                  to: ops
                  critical_to: [ops, pager]
                  fold: ops
                  for: 2m
                  reminder: 0s
                """)
        #expect(findings == [])
        let alerts = settings.alerts
        #expect(alerts.channels == ["ops"] && alerts.criticalChannels == ["ops", "pager"] && alerts.folded == ["ops"])
        #expect(alerts.groupWait == .seconds(30))
        let rule = alerts.settings.applied(to: AlertRule())
        #expect(rule.warning == Patience(duration: .seconds(120), results: 1) && rule.reminder == nil)
    }

    @Test func whatNamesNoChannelIsAnError() throws {
        let (_, findings) = try settings(Self.channels + "alerts: {to: [ops, pagr], fold: zzzz}\n")
        #expect(findings.map(\.problem) == ["alerts.to names no channel: pagr", "alerts.fold names no channel: zzzz"])
        #expect(findings.map(\.fix) == ["did you mean pager?", "name an entry of channels, or add one of that name"])
    }

    @Test func whatOpensAndClosesIncidentsIsToldOfEachAlone() throws {
        let text = "channels: {pager: {type: pagerduty, routing_key: \"secret:x\"}, hook: {type: webhook, url: \"secret:y\"}}\n"
        let (_, findings) = try settings(text + "alerts: {to: [pager, hook], fold: [pager, hook], group_wait: 1m}\n")
        #expect(findings.map(\.problem) == ["alerts.fold names pager, which opens and closes an incident for each alert"])
        #expect(try settings(text + "alerts: {to: [hook], fold: hook, group_wait: 1m}\n").0.alerts.groupWait == .seconds(60))
    }

    @Test func aJobChangesTheStandard() {
        var routing = AlertRouting()
        routing.channels = ["ops"]
        routing.standard.duration = .seconds(300)
        routing.standard.parents = ["net/*"]
        var job = JobDefinition(name: "j", kind: "k")
        job.alerts.results = 3
        job.alerts.parents = ["gateway/failure"]
        job.notices.channels = ["mine"]
        let rule = routing.rule(for: job)
        #expect(rule.critical == Patience(duration: .seconds(300), results: 3))
        #expect(rule.parents == ["net/*", "gateway/failure"])
        #expect(rule.channels == ["mine"] && rule.criticalChannels == ["mine"])
        #expect(routing.rule(for: nil).criticalChannels == ["ops"])
    }
}
