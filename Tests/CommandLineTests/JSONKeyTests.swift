import Foundation
import Testing

/// Keys that programs read: one that goes or changes its name breaks them.
@Suite struct JSONKeyTests {
    @Test(
        arguments: [
            ("list", "nightly", "after description file job kind last_run next schedule state timezone"),
            ("list", "wrong", "after error file job schedule state"),
            ("list", "resting", "after file job kind paused_until schedule state timezone"),
            ("next --count 100 --from 2027-03-27T18:00:00Z", "nightly", "at job note timezone"),
            ("show nightly", "nightly", "definition description file job kind next runs schedules stale state timezone warnings with"),
            (
                "history", "nightly",
                "attempt claimed_at dry_run due_at ended_at exit_code fix job kind numbers run started_at state summary trigger"
            ),
            (
                "explain nightly", "nightly",
                "daemon file job last_run next not_run policies schedules sentence state timezone verdict waits"
            ),
            ("explain nightly --at 2027-03-27T18:00:00Z", "nightly", "at facts job relation run sentence slot verdict"),
            ("explain nightly --at 2027-03-27T21:00:00Z", "nightly", "at facts job reason relation sentence slot verdict"),
            ("explain hourly --at 2027-03-27T18:10:00Z", "hourly", "after at before facts job sentence verdict"),
            ("history --slots", "nightly", "account count decided_at detail era job lateness_ms reason slot"),
        ])
    func objectsHave(_ line: String, _ job: String, _ keys: String) throws {
        let bench = try Example.make()
        let outcome = try BuiltCommand(on: bench).run(line.split(separator: " ").map(String.init) + ["--json"])
        let object = try #require(try outcome.objects().first { $0["job"] as? String == job })
        #expect(object.keys.sorted().joined(separator: " ") == keys)
    }

    @Test func everyLineOfTheLogIsAnObject() throws {
        let bench = try Example.make()
        let outcome = try BuiltCommand(on: bench).run(["logs", "nightly", "--json"])
        let kinds = try outcome.objects().map { $0.keys.sorted().filter { $0 != "at" }.first ?? "" }
        #expect(kinds == ["raw", "fields", "done", "stderr", "raw", "stderr", "note"])
    }

    @Test func namesInAMappingStayAsTheyAreWritten() throws {
        let bench = try Bench()
        try bench.write("keep", "uses: backup\nwith: {repository: /r, sources: {MyData: /d, other_data: /o}}\n")
        let outcome = try BuiltCommand(on: bench).run(["show", "keep", "--json"])
        let with = try #require(try outcome.objects().first?["with"] as? [String: [String: Any]])
        #expect((with["sources"]?["value"] as? [String: String]) == ["MyData": "/d", "other_data": "/o"])
    }

    @Test func secretsAreNotShown() throws {
        let bench = try Example.make()
        for arguments in [["show", "nightly"], ["show", "nightly", "--json"], ["list", "--json"]] {
            let outcome = try BuiltCommand(on: bench).run(arguments)
            #expect(outcome.status == 0)
            #expect(!outcome.output.contains("do-not-show"))
        }
    }
}
