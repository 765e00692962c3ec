import Foundation
import Testing

/// Checks of other runs, by the built programs: what a request tells of them, with a daemon and without.
@Suite(.ownThread)
struct FactsTests {
    private func site() throws -> Site {
        let site = try Site(jobs: [
            "good": Jobs.shell("exit 0", schedule: nil), "bad": Jobs.shell("exit 9", schedule: nil),
            "never": Jobs.shell("exit 0", schedule: nil),
        ])
        let files = FileManager.default
        try files.createDirectory(atPath: site.root + "/data", withIntermediateDirectories: true)
        try "content".write(toFile: site.root + "/data/file", atomically: false, encoding: .utf8)
        try site.job("keep", "uses: backup\nwith:\n  repository: \(site.root)/repository\n  sources: {data: \(site.root)/data}\n")
        try site.job(
            "well",
            """
            uses: health
            with:
              last_run: {jobs: {good: {warning: 1h}, bad: {}, never: {}}}
              backup_freshness: {backups: {bot: {jobs: [keep, good]}}}

            """)
        return site
    }

    private func run(_ job: String, in site: Site, ends status: Int32) throws -> String {
        let command = try site.start("run-now", job)
        #expect(try command.wait() == .exited(status), "\(job): \(command.errors)\(command.output)")
        return command.output
    }

    /// Lines of the reading verb that look at one thing: its title and state.
    private func states(of site: Site) throws -> [String] {
        let command = try site.start("health", "explain", "--json")
        _ = try command.wait()
        return command.output.split(separator: "\n").compactMap { line in
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let name = object["name"] as? String, let target = object["target"] as? String, let state = object["state"] as? String
            else { return nil }
            return "\(name) \(target) \(state)"
        }
    }

    @Test func aCheckSeesHowOtherJobsEndedWithADaemonAndWithout() throws {
        let site = try site()
        #expect(
            try states(of: site).sorted() == [
                "backup_freshness bot critical", "last_run bad unknown", "last_run good unknown", "last_run never unknown",
            ], "nothing has run yet")
        _ = try run("good", in: site, ends: 0)
        _ = try run("bad", in: site, ends: 1)
        let before = try run("well", in: site, ends: 1)
        #expect(before.contains("no good point of keep, good is recorded"), "\(before)")
        let daemon = try site.daemon()
        _ = try run("keep", in: site, ends: 0)
        let after = try run("well", in: site, ends: 1)
        #expect(after.contains("critical: 2 of 4 ok, 1 critical, 1 unknown; last_run of bad critical"), "\(after)")
        let expected = ["backup_freshness bot ok", "last_run bad critical", "last_run good ok", "last_run never unknown"]
        #expect(try states(of: site).sorted() == expected)
        #expect(try daemon.stop() == .exited(0))
        #expect(try states(of: site).sorted() == expected)
    }
}
