import CronSchedule
import Foundation
import JobFiles
import JobKit
import SchedulerCore
import Testing

@testable import HealthJob

/// The `with:` section of a health job.
@Suite struct SettingsTests {
    /// What is wrong with a job file, as a person reads it.
    private func findings(_ with: String) throws -> [String] {
        let loader = JobFileLoader(
            kinds: [KindDescription(of: HealthJob.self)], environment: ["TZ": "UTC"], privileged: false, currentUser: "nobody"
        ) { questions in
            questions.map { HealthSettings.read(from: $0.settings, at: []).findings }
        }
        let now = try #require(Instant(iso8601: "2027-01-15T12:00:00Z"))
        return loader.load(text: "uses: health\nschedule: \"@every 1m\"\nwith:\n\(with)", name: "job", now: now).findings.map {
            "\($0.line):\($0.column): \($0.problem) | \($0.fix)"
        }
    }

    private func checks(_ json: String) throws -> [String] {
        let (settings, findings) = HealthSettings.read(from: try node(json), at: ["with"])
        try #require(findings.isEmpty, "\(findings)")
        return try #require(settings).checks.map(\.name)
    }

    @Test func withoutASectionTheUsualChecksRun() throws {
        let usual = ["system_resources", "memory_usage", "disk_space", "inodes", "time_sync"]
        #expect(try checks("{}") == usual)
        #expect(try checks(#"{"deadline": "2s"}"#) == usual)
    }

    @Test func aCheckRunsWhenItsSectionIsThere() throws {
        #expect(try checks(#"{"inodes": {}}"#) == ["inodes"])
        #expect(try checks(#"{"pressure": {}, "disk_space": {"paths": ["/"]}}"#) == ["disk_space", "pressure"])
    }

    @Test func everyCheckHasANameOfItsOwn() {
        let names = CheckRegistry.all.map { $0.name }
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") } })
    }

    @Test func aWarningThatIsNotBelowCriticalIsAnError() throws {
        #expect(
            try findings("  system_resources:\n    cpu: {warning: 95, critical: 90}\n") == [
                "5:34: with.system_resources.cpu has warning 95, which does not lie below critical 90 | write a warning below 90"
            ])
        #expect(
            try findings("  disk_space:\n    critical: 90\n") == [
                "5:15: with.disk_space leaves warning at its default 90, which does not lie below critical 90 | write a warning below 90"
            ])
        #expect(
            try findings("  disk_space:\n    mounts:\n      /srv: {warning: 97, critical: 97}\n") == [
                "6:37: with.disk_space.mounts./srv has warning 97, which does not lie below critical 97 | write a warning below 97"
            ])
    }

    @Test func whatDoesNotFitIsToldWithItsPlace() throws {
        #expect(
            try findings("  disk_spaec: {}\n") == ["4:3: with has no setting named disk_spaec | did you mean disk_space?"])
        #expect(
            try findings("  system_resources:\n    cpu: {warning: 101}\n") == [
                "5:20: with.system_resources.cpu.warning must be a number from 0.0 to 100.0, not 101 | write a number from 0.0 to 100.0"
            ])
        #expect(
            try findings("  inodes: {paths: [srv]}\n").map { $0.prefix(32) } == ["4:20: with.inodes.paths[0] must "])
        #expect(
            try findings("  disk_space:\n    mounts: {srv: {warning: 5}}\n") == [
                "5:20: with.disk_space.mounts.srv must be named by an absolute path | write /srv, or the path that is meant"
            ])
    }

    @Test func rulesAcrossSettingsAreToldWithTheirPlace() throws {
        #expect(
            try findings("  process_health:\n    processes:\n      bot: {}\n") == [
                "6:7: with.process_health.processes.bot needs unit or pid_file, and has none | write unit: NAME.service, or pid_file: /path/of/the/file"
            ])
        #expect(
            try findings("  process_health:\n    processes:\n      bot: {unit: a.service, pid_file: /run/a.pid}\n") == [
                "6:30: with.process_health.processes.bot needs unit or pid_file, not both | write unit: NAME.service, or pid_file: /path/of/the/file"
            ])
        #expect(
            try findings("  service_dependencies:\n    units:\n      a.service: {parents: [b.service]}\n") == [
                "5:5: a.service has the parent b.service, which is none of the units | add b.service: {} to with.service_dependencies.units"
            ])
        #expect(
            try findings("  process_health:\n    processes:\n      bot: {unit: a.service, memory: {warning: 2G, critical: 1G}}\n") == [
                "6:62: with.process_health.processes.bot.memory has warning 2G, which does not lie below critical 1G | write a warning below 1G"
            ])
        #expect(
            try findings("  dns: {}\n  external_services: {services: {a: {url: \"tcp://x\"}}}\n") == [
                "4:3: with.dns names nothing to look up | add for example names: {discord: {host: discord.com}}",
                "5:43: with.external_services.services.a.url is no address for tcp | write tcp://HOST:PORT",
            ])
    }

    @Test(arguments: [
        (Thresholds(), Thresholds(warning: 80, critical: 90)), (Thresholds(warning: 60), Thresholds(warning: 60, critical: 80)),
        (Thresholds(critical: 85), Thresholds(warning: 80, critical: 85)),
        (Thresholds(warning: 10, critical: 20), Thresholds(warning: 10, critical: 20)),
    ])
    func whatIsNotWrittenFollowsTheRule(_ given: Thresholds, _ expected: Thresholds) {
        #expect(given.completed(by: .percent(warning: 80), upTo: 100) == expected)
    }
}
