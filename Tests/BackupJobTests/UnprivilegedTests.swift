import BackupJob
import Foundation
import JobKit
import Testing

/// Restores, purges and drills of a user with no rights but those of its files, and with folders whose mode keeps their owner out.
@Suite(.enabled(if: geteuid() == 0, "needs root to become somebody else")) struct UnprivilegedTests {
    let bench: Bench
    private static let wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    init() throws {
        bench = try Bench()
        try bench.scratch.shell(
            """
            rmdir tree; mkdir -p place/data/pkg/deep scratch; echo old > place/data/f; echo old > place/data/pkg/deep/file
            chmod 555 place/data/pkg; chmod 500 place/data/pkg/deep; chmod 755 .; chown -R 65534:65534 .
            """)
    }

    private var place: String { bench.scratch.path + "/place" }

    private func settings(_ more: String = "") -> String {
        #"{"repository":"\#(bench.scratch.path)/repo","sources":{"data":"\#(place)/data"}\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    private func driver(_ call: [String], _ more: String = "", pausingAt step: String = "never") throws -> DriverProcess {
        try DriverProcess(bench.request(settings(more), call: call), pausingAt: step, through: Self.wrapper)
    }

    private func run(_ call: [String], _ more: String = "") throws -> (last: String, status: Int32) { try driver(call, more).finish() }

    /// Stores the tree, and changes it.
    private func store(mode: String = "755") throws {
        try bench.scratch.shell("chmod \(mode) place/data")
        let stored = try run([])
        try #require(stored.status == 0, "\(stored.last)")
        try bench.scratch.shell("echo new > place/data/f")
    }

    private func hooks(check: String) -> String {
        let path = bench.scratch.path
        let lists = ["stop", "start"].map { #""restore_\#($0)":["sh","-c","echo \#($0) >> \#(path)/calls"]"# }
        return (lists + [#""restore_check":["sh","-c","\#(check)"]"#]).joined(separator: ",")
    }

    private func look() throws -> String { try bench.scratch.shell("ls -A place; cat place/data/f; stat -c %a place/data/pkg") }

    @Test func theWayBackRemovesFoldersThatMayNotBeWrittenTo() throws {
        try store()
        let refused = try run(["restore", "latest", "--in-place"], hooks(check: "exit 1"))
        #expect(refused.status == 1 && refused.last.contains("; the restore is taken back, and all is as it was"), "\(refused.last)")
        #expect(!refused.last.contains("could not"), "\(refused.last)")
        #expect(try bench.scratch.shell("cat calls") == "stop\nstart\nstop\nstart\n")
        #expect(try look() == "data\nnew\n555\n")
    }

    @Test func whatCannotBeRemovedKeepsNothingFromBeingStarted() throws {
        try store()
        defer {
            let freed = Result { try bench.scratch.shell("chattr -R -i place") }
            if case .failure(let error) = freed { Issue.record(error) }
        }
        let request = bench.request(settings(hooks(check: "chattr +i \(place)/data/f; exit 1")), call: ["restore", "latest", "--in-place"])
        let refused = try DriverProcess(request).finish()
        #expect(
            refused.status == 1 && refused.last.contains("all is as it was; what was made of \(place)/data could not be removed, and "),
            "\(refused.last)")
        #expect(try bench.scratch.shell("cat calls") == "stop\nstart\nstop\nstart\n")
        #expect(try bench.scratch.shell("cat place/data/f; ls -A place | grep -c json || true") == "new\n0\n")
        try bench.scratch.shell("chattr -R -i place")
        #expect(try run(["restore", "--purge"]).status == 0)
        #expect(try look() == "data\nnew\n555\n")
    }

    @Test func aPurgeRemovesThem() throws {
        try store()
        let restored = try run(["restore", "latest", "--in-place"])
        #expect(restored.status == 0, "\(restored.last)")
        let purged = try run(["restore", "--purge"])
        #expect(purged.status == 0, "\(purged.last)")
        #expect(try look() == "data\nold\n555\n")
    }

    @Test func aPurgeNamesWhatIsOfSomebodyElse() throws {
        try store()
        try bench.scratch.shell(
            "mkdir -p place/data/alien place/data/empty; touch place/data/alien/x; chown 0 place/data/alien; chmod 700 place/data/empty; chown 0 place/data/empty"
        )
        #expect(try run(["restore", "latest", "--in-place"]).status == 0)
        let purged = try run(["restore", "--purge"])
        #expect(purged.status == 1 && purged.last.contains("-data/alien/x: Permission denied"), "\(purged.last)")
        #expect(try bench.scratch.shell("cd place; find .acore-replaced-* | sed 's/^[^/]*//'") == "\n/alien\n/alien/x\n")
    }

    @Test func aDrillLeavesNothing() throws {
        try store()
        let drilled = try run(["drill"], #""scratch":"\#(bench.scratch.path)/scratch""#)
        #expect(drilled.status == 0 && drilled.last.hasSuffix("everything is as it was stored"), "\(drilled.last)")
        #expect(try bench.scratch.shell("ls -A scratch") == "")
    }

    @Test("a source that may not be written to itself comes back with its mode", arguments: ["exit 0", "exit 1"])
    func isReadOnly(check: String) throws {
        try store(mode: "555")
        let restored = try run(["restore", "latest", "--in-place"], hooks(check: check))
        let isDone = check == "exit 0"
        #expect(restored.status == (isDone ? 0 : 1) && !restored.last.contains("cannot"), "\(restored.last)")
        #expect(try bench.scratch.shell("cat place/data/f") == (isDone ? "old\n" : "new\n"))
        #expect(
            try bench.scratch.shell("stat -c %a place/data place/.acore-replaced-* 2>/dev/null || true")
                == (isDone ? "555\n555\n" : "555\n"))
        #expect(try run(["restore", "--purge"]).status == 0)
        #expect(try bench.scratch.shell("ls -A place") == "data\n")
    }

    @Test("a part below a folder that is not beside the source, too") func aPartIsReadOnly() throws {
        try store()
        try bench.scratch.shell(
            "chmod 700 place/data/pkg/deep; echo new > place/data/pkg/deep/file; chmod 500 place/data/pkg/deep; chmod 755 place/data/pkg")
        let restored = try run(["restore", "latest", "--in-place", "--path", "data/pkg/deep"])
        #expect(restored.status == 0, "\(restored.last)")
        #expect(
            try bench.scratch.shell("cat place/data/pkg/deep/file; stat -c %a place/data/pkg/deep place/.acore-replaced-*")
                == "old\n500\n500\n")
        #expect(try run(["restore", "--purge"]).status == 0)
        #expect(try look() == "data\nnew\n755\n")
    }

    @Test("killed, it has its mode back", arguments: [RestoreStep.staged, .prepared, .swapped, .started])
    func isKilled(at step: RestoreStep) throws {
        try store(mode: "555")
        let killed = try driver(["restore", "latest", "--in-place"], pausingAt: step.rawValue)
        try killed.wait(for: "at \(step.rawValue)")
        killed.killNow()
        // As if it had come within the rename, which the mode is lifted for.
        if step != .staged { try bench.scratch.shell("for f in place/data place/.acore-replaced-*-data; do chmod u+w $f; done") }
        let purged = try run(["restore", "--purge"])
        #expect(purged.status == 0, "\(purged.last)")
        #expect(try bench.scratch.shell("cat place/data/f; stat -c %a place/data") == "new\n555\n")
        #expect(try run(["restore", "--purge"]).status == 0)
        #expect(try bench.scratch.shell("ls -A place") == "data\n")
    }

    @Test func aFolderThatCouldNotBeReadIsAWarningOfTheDrill() throws {
        try bench.scratch.shell("mkdir place/data/locked; chmod 0 place/data/locked; chown 0:0 place/data/locked")
        let stored = try run([])
        #expect(stored.status == 3, "\(stored.last)")
        let drilled = try run(["drill"], #""scratch":"\#(bench.scratch.path)/scratch""#)
        #expect(drilled.status == 3 && drilled.last.hasSuffix("; 1 of it missing, or not as they were: see the log"), "\(drilled.last)")
        #expect(try bench.scratch.shell("ls -A scratch") == "")
    }

    @Test func aRestoreSaysThatSuchAFolderIsThereAndEmpty() throws {
        try bench.scratch.shell("mkdir place/data/locked; chmod 0 place/data/locked; chown 0:0 place/data/locked")
        #expect(try run([]).status == 3)
        let restored = try driver(["restore", "latest", "--to", bench.scratch.path + "/out"])
        try restored.wait(
            for:
                "log warning what data/locked held could not be read when the point was made (Permission denied); the folder itself is there"
        )
        #expect(try restored.finish().status == 3)
        #expect(try bench.scratch.shell("ls -A out/data; stat -c %a out/data/locked") == "f\nlocked\npkg\n0\n")
    }

    @Test func whatAnEarlierPointHasOfItIsNoFailureOfTheDrillEither() throws {
        try bench.scratch.shell("mkdir place/data/locked; echo 1 > place/data/locked/x; chown -R 65534:65534 place/data/locked")
        try store()
        try bench.scratch.shell("chmod 0 place/data/locked; chown 0:0 place/data/locked")
        let stored = try run([], #""type":"incremental""#)
        #expect(stored.status == 3, "\(stored.last)")
        let drilled = try run(["drill"], #""scratch":"\#(bench.scratch.path)/scratch""#)
        #expect(drilled.status == 3 && drilled.last.contains("1 of it could not be looked at"), "\(drilled.last)")
        #expect(try bench.scratch.shell("ls -A scratch") == "")
    }
}
