import Foundation
import JobKit
import Testing

@testable import HealthJob

/// What the worker says before it has a sample, and with one.
@Suite struct FirstPassTests {
    private let site: Site
    private let worker: String

    init() throws {
        site = try Site()
        let tests = CommandLine.arguments[0]
        worker = String(tests.prefix(upTo: tests.lastIndex(of: "/") ?? tests.startIndex)) + "/acore-sched-worker"
        try site.shell("mkdir state")
        try site.write(
            "request",
            #"{"v":1,"run":"R","job":"h","attempt":1,"grace_s":5,"state_dir":"\#(site.path)/state","dry_run":false,"settings":{"system_resources":{"cpu":{"warning":99.9,"critical":100},"memory":{"warning":99,"critical":100},"disk":{"warning":99.9,"critical":100}}}}"#
                + "\n")
    }

    private func pass() throws -> (cpu: WireEvent.Check, result: WireEvent.Result) {
        let events = try site.shell("'\(worker)' health run <request || true").split(separator: "\n").map {
            try WireEvent(line: Array($0.utf8))
        }
        let cpu = events.lazy.compactMap { if case .check(let check) = $0, check.target == "cpu" { check } else { nil } }.first
        guard case .result(let result) = events.last else { throw Missing(events: events) }
        return (try #require(cpu, "\(events)"), result)
    }

    private struct Missing: Error {
        let events: [WireEvent]
    }

    @Test func theProcessorsShareIsUnknownUntilThereIsASample() throws {
        let first = try pass()
        #expect(first.cpu.state == .unknown)
        #expect(first.cpu.value == nil)
        #expect(first.cpu.reason == "first look: a rate needs a second one, at least 10 s later")
        #expect(first.result.outcome == .warning)
        #expect(first.result.numbers["unknown"] == 1)
        let second = try pass()
        #expect(second.cpu.state == .unknown, "a window this short says little")
        #expect(second.cpu.reason?.hasSuffix(" s old: a rate needs 10 s") == true, "\(second.cpu)")
        // As if the sample had been taken 20 s earlier.
        try site.shell(
            #"python3 -c 'import json; f = "state/health.json"; c = json.load(open(f)); k = c["checks"]["system_resources"]["kept"][0]; k["at"] -= 20; json.dump(c, open(f, "w"))'"#
        )
        let third = try pass()
        #expect(third.cpu.state != .unknown, "\(third.cpu)")
        let value = try #require(third.cpu.value)
        #expect((0...100).contains(value))
        let passed = try third.cpu.input("difference").split(separator: " ").compactMap { Double($0) }
        let all = passed.reduce(0, +)
        #expect(abs(value - 100 * (all - passed[3] - passed[4]) / all) < 0.00001)
        #expect(try #require(third.cpu.windowSeconds) >= 20)
    }
}
