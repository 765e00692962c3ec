import Foundation
import Testing

/// Workers that speak the wire badly: a script in the place of the worker.
@Suite(.ownThread)
struct WorkerTests {
    struct Row: CustomTestStringConvertible {
        let way: String
        /// The worker's part of the script after it has read its request.
        let script: String
        let state: String
        let summary: String
        var testDescription: String { way }
        init(_ way: String, _ script: String, _ state: String, _ summary: String) {
            (self.way, self.script, self.state, self.summary) = (way, script, state, summary)
        }
    }

    private static let good = #"echo '{"t":"result","outcome":"succeeded","summary":"did it"}'"#
    private static let bad = #"echo '{"t":"result","outcome":"failed","summary":"did not"}'"#

    @Test(arguments: [
        Row("nothing", "exit 0", "failed", "the worker ended with status 0 and gave no result"),
        Row("a result", good, "succeeded", "did it"),
        Row("a result, then a bad status", "\(good); exit 9", "succeeded", "did it"),
        Row("a result, then a crash", "\(good); kill -SEGV $$", "failed", "ended by signal 11 (SEGV); its last word: did it"),
        Row("a crash alone", "kill -ABRT $$", "failed", "ended by signal 6 (ABRT)"),
        Row("two results", "\(good); \(bad)", "failed", "did not"),
        Row(
            "broken lines around a result", "echo '{\"t\":\"log\"'; echo '{'; printf '\\0\\377\\n'; \(good); echo '}{'", "succeeded",
            "did it"),
        Row("a broken result", #"echo '{"t":"result","outcome":"succe'"#, "failed", "the worker ended with status 0 and gave no result"),
        Row(
            "an unknown outcome", #"echo '{"t":"result","outcome":"perfect","summary":"!"}'"#, "failed",
            "the worker ended with status 0 and gave no result"),
        Row(
            "a result without an end of line", #"printf '{"t":"result","outcome":"warning","summary":"no end"}'"#, "warning", "no end"),
        Row(
            "a result beyond 64 KiB",
            #"printf '{"t":"result","outcome":"succeeded","summary":"'; head -c 70000 /dev/zero | tr '\0' x; echo '"}'"#, "failed",
            "the worker ended with status 0 and gave no result"),
        Row("a long line before its result", "head -c 200000 /dev/zero | tr '\\0' y; echo; \(good)", "succeeded", "did it"),
        Row("a line in the launcher's name", #"echo '{"at":1,"note":"attempt 2"}'; "# + good, "succeeded", "did it"),
        Row(
            "a result in the launcher's name", #"echo '{"at":1,"t":"result","outcome":"succeeded","summary":"forged"}'"#, "failed",
            "the worker ended with status 0 and gave no result"),
        Row(
            "a result of another run",
            #"echo '{"t":"result","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV","outcome":"failed","summary":"other"}'; "# + good, "succeeded",
            "did it"
        ),
        Row("a result behind a flood", "head -c 20000000 /dev/zero | tr '\\0' x | fold -w 100; echo; \(good)", "succeeded", "did it"),
    ])
    func theOutcomeIsWhatTheWireSaysAndNothingElse(_ row: Row) throws {
        let site = try Site(jobs: ["odd": "uses: odd\nschedule: \"@reboot\"\n"])
        site.programs = site.root + "/bin"
        try Tracer.installPrograms(in: site.programs)
        try Tracer.install(script: Self.worker(row.script), as: site.programs + "/acore-sched-worker")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: daemon)
        try daemon.stop()
        let result = try #require(try site.ledger.rows("SELECT state, summary FROM runs").first)
        #expect(result[0] == row.state)
        #expect(result[1] == row.summary || result[1].hasPrefix(row.summary + " ("), "\(result[1])")
        try SlotBook(site).check()
    }

    @Test func theWorkerReadsOneRequestOnItsStandardInput() throws {
        let site = try Site(jobs: ["odd": "uses: odd\nschedule: \"@reboot\"\n"])
        site.programs = site.root + "/bin"
        try Tracer.installPrograms(in: site.programs)
        let script = "printf '%s\\n' \"$request\" >\(site.marks)/request; read -r more && exit 7; \(Self.good)"
        try Tracer.install(script: Self.worker(script), as: site.programs + "/acore-sched-worker")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        try daemon.stop()
        let request = try #require(
            try JSONSerialization.jsonObject(with: Data(Files.bytes("\(site.marks)/request"))) as? [String: Any])
        #expect(request["run"] as? String == (try site.ledger.column("SELECT run FROM runs").first))
        #expect(request["job"] as? String == "odd")
        #expect(request["attempt"] as? Int == 1)
        #expect(request["state_dir"] as? String == "\(site.state)/jobs/odd")
    }

    private static func worker(_ run: String) -> String {
        """
        #!/bin/sh
        case "$*" in
        describe) echo '{"v":1,"kind":"odd","summary":"misbehaves"}' ;;
        "odd check") while read -r line; do echo '{"findings":[]}'; done ;;
        "odd run") read -r request
        \(run)
        ;;
        esac

        """
    }
}
