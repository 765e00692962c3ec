import Foundation
import Testing

/// `plan`: the files beside what a daemon had in force.
@Suite struct PlanTests {
    /// A bench on which a daemon has run.
    private static func settled() throws -> (Bench, BuiltCommand) {
        let bench = try Bench()
        try bench.write("moved", "uses: command\nschedule: \"30 2 * * *\"\ntimeout: 1h\nwith: {argv: [\"true\"]}\n")
        try bench.write("gone", "uses: command\nschedule: \"@daily\"\nwith: {argv: [\"true\"]}\n")
        try bench.write("same", "uses: command\nschedule: \"@daily\"\nwith: {argv: [\"true\"]}\n")
        try bench.write("hidden", "uses: command\nenvironment: {API_TOKEN: abc123}\nwith: {argv: [\"true\"]}\n")
        try bench.write("hurt", "uses: command\nschedule: \"@daily\"\nwith: {argv: [\"true\"]}\n")
        let command = try BuiltCommand(on: bench)
        let daemon = try Speaker(command.process(["daemon"]))
        while let line = daemon.line(), !line.hasPrefix("same") {}
        daemon.terminate()
        try #require(daemon.end() == 0)
        return (bench, command)
    }

    @Test func saysJobByJobWhatAReloadWouldChange() throws {
        let (bench, command) = try Self.settled()
        let idle = try command.run(["plan"])
        #expect(idle.status == 0)
        #expect(idle.output.split(separator: "\n").last == "0 added, 0 changed, 0 removed, 4 unchanged")
        #expect(idle.output.contains("? hidden  cannot be compared"))

        try bench.write("moved", "uses: command\nschedule: \"30 3 * * *\"\ntimeout: 2h\nwith: {argv: [\"true\", \"x\"]}\n")
        try bench.write("fresh", "uses: command\nwith: {argv: [\"true\"]}\n")
        try bench.write("hurt", "uses: command\nschedul: \"@daily\"\nwith: {argv: [\"true\"]}\n")
        try bench.write("never", "uses: nothing-of-this-name\n")
        try FileManager.default.removeItem(atPath: "\(bench.jobs)/gone.yaml")
        let plan = try command.run(["plan"])
        #expect(plan.status == 2, "files with errors")
        let lines = plan.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("+ fresh   no start is due on its own"))
        let moved = try #require(lines.first { $0.hasPrefix("~ moved") })
        #expect(moved.contains("T03:30:00+00:00 (") && moved.contains("; before: ") && moved.hasSuffix("T02:30:00+00:00"))
        #expect(lines.contains("    schedule: [30 2 * * *] → [30 3 * * *]"))
        #expect(lines.contains("    timeout: 1h → 2h"))
        #expect(lines.contains("    with.argv: [true] → [true, x]"))
        #expect(lines.contains("- gone    its file is gone"))
        #expect(lines.contains { $0.hasPrefix("! hurt    goes on as it was: ") && $0.contains("hurt.yaml:2: ") })
        #expect(lines.contains { $0.hasPrefix("! never   is no job: ") })
        #expect(lines.last == "1 added, 1 changed, 1 removed, 1 unchanged, 2 with errors")
        #expect(!plan.output.contains("abc123"))
    }

    @Test func theSameInJSON() throws {
        let (bench, command) = try Self.settled()
        try bench.write("moved", "uses: command\nschedule: \"30 3 * * *\"\ntimeout: 1h\nwith: {argv: [\"true\"]}\n")
        try FileManager.default.removeItem(atPath: "\(bench.jobs)/hidden.yaml")
        let object = try #require(try command.run(["plan", "--json"]).objects().first)
        let changed = try #require(object["changed"] as? [[String: Any]])
        #expect(changed.map { $0["job"] as? String } == ["moved"])
        let keys = try #require(changed.first?["keys"] as? [[String: String]])
        #expect(keys == [["key": "schedule", "before": "[30 2 * * *]", "after": "[30 3 * * *]"]])
        #expect(object["removed"] as? [String] == ["hidden"])
        #expect(object["withheld"] as? [String] == [])
        #expect(object["unchanged"] as? Int == 3)
    }

    @Test func aFolderThatIsNotThereIsNoPlanToRemoveEverything() throws {
        let (bench, command) = try Self.settled()
        let plan = try command.run(["plan", "--jobs-dir", bench.root + "/nowhere"])
        #expect(plan.status == 5)
        #expect(plan.output.isEmpty && plan.errors.contains("nowhere"))
    }
}
