import Foundation
import Testing

/// A backup by the built programs, opened by the stock tools.
@Suite(.ownThread)
struct BackupTests {
    private func site(schedule: String?) throws -> Site {
        let site = try Site()
        let data = site.root + "/data"
        let files = FileManager.default
        try files.createDirectory(atPath: data + "/sub/deep", withIntermediateDirectories: true)
        try Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }).write(to: URL(filePath: data + "/big"))
        for index in 0..<200 { try "file \(index)\n".write(toFile: "\(data)/sub/\(index)", atomically: false, encoding: .utf8) }
        try "odd name\n".write(toFile: data + "/sub/deep/a b\"ü", atomically: false, encoding: .utf8)
        try files.createSymbolicLink(atPath: data + "/link", withDestinationPath: "sub/0")
        try site.job(
            "keep",
            """
            uses: backup
            \(schedule.map { "schedule: \"\($0)\"" } ?? "description: by hand")
            with:
              repository: \(site.root)/repository
              sources: {data: \(data)}

            """)
        return site
    }

    /// What stock tools say of the repository.
    private func check(_ site: Site) throws {
        let script = """
            set -e
            cd \(site.root)/repository
            sha256sum --quiet -c checksums
            archive="set-keep/data/$(readlink set-keep/data/latest | sed 's/point.json$/tar.zst/')"
            zstd -q -t "$archive"
            tar --zstd -tf "$archive" | sort | head -3
            mkdir ../restored
            tar --zstd -xpf "$archive" -C ../restored
            diff -r --no-dereference ../restored/data ../data
            rm -r ../restored
            """
        let tools = try Child(
            ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], files: site.root + "/tools")
        #expect(try tools.wait() == .exited(0), "\(tools.errors)\(tools.output)")
        #expect(tools.output == "data/\ndata/big\ndata/link\n")
    }

    @Test func runNowMakesAnArchiveThatStockToolsOpen() throws {
        let site = try site(schedule: nil)
        let command = try site.start("run-now", "keep")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(command.output.contains("succeeded keep (run "))
        try check(site)
        #expect(try site.ledger.rows("SELECT trigger, state, exit_code FROM runs") == [["manual", "succeeded", "0"]])
    }

    @Test func theDaemonMakesOneOnTime() throws {
        let site = try site(schedule: "* * * * * *")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0))
        for run in try site.ledger.column("SELECT run FROM runs WHERE ended_at IS NULL") {
            try site.wait(file: "\(site.state)/runs/\(run)/exit.json")
        }
        try check(site)
        let numbers = try #require(try site.ledger.column("SELECT numbers FROM runs WHERE state = 'succeeded'").first)
        #expect(numbers.contains("\"files\":202"), "\(numbers)")
        try SlotBook(site).check(job: "keep")
    }

    @Test func aBackupWithAnExceptionIsAWarningAndAMissingSourceAFailure() throws {
        let site = try site(schedule: nil)
        try site.job(
            "keep",
            "uses: backup\nwith:\n  repository: \(site.root)/repository\n  sources: {data: \(site.root)/data, gone: \(site.root)/no-such}\n"
        )
        let warned = try site.start("run-now", "keep")
        #expect(try warned.wait() == .exited(3), "\(warned.errors)\(warned.output)")
        try site.job("keep", "uses: backup\nwith:\n  repository: \(site.root)/repository\n  sources: {gone: \(site.root)/no-such}\n")
        let failed = try site.start("run-now", "keep")
        #expect(try failed.wait() == .exited(1), "\(failed.errors)\(failed.output)")
        #expect(try site.ledger.column("SELECT state FROM runs ORDER BY id") == ["warning", "failed"])
    }

    /// Whoever may read the repository restores from it; what only root may make is named.
    @Test(.enabled(if: geteuid() == 0 && AccessTests.areProgramsOpen, "needs root, and programs that others can run"))
    func somebodyElseRestoresAllButWhatOnlyRootMayMake() throws {
        let site = try Site()
        let line =
            "cd \(site.root); mkdir data theirs; echo mine > data/file; chmod 4755 data/file; mknod data/null c 1 3; mkfifo data/pipe"
        let setup = try Child(
            ["/bin/sh", "-ec", line], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], files: "\(site.root)/setup")
        #expect(try setup.wait() == .exited(0), "\(setup.errors)")
        try site.job("keep", "uses: backup\nwith:\n  repository: \(site.root)/repository\n  sources: {data: \(site.root)/data}\n")
        let stored = try site.start("run-now", "keep")
        #expect(try stored.wait() == .exited(0), "\(stored.errors)")
        let given = try Child(
            ["/bin/chown", "-R", "games", "\(site.root)/repository", "\(site.root)/theirs"], environment: [:], files: "\(site.root)/given")
        #expect(try given.wait() == .exited(0), "\(given.errors)")
        site.state = site.root + "/theirs/state"
        let words = ["backup", "restore", "latest", "--to", "\(site.root)/theirs/out", "--local"]
        let restored = try site.start(words: words, through: ["/usr/sbin/runuser", "-u", "games", "--"])
        #expect(try restored.wait() == .exited(3), "\(restored.errors)\(restored.output)")
        #expect(restored.output.contains("data/null is a device, which only root can make"), "\(restored.output)")
        #expect(Files.text(site.root + "/theirs/out/data/file") == "mine\n")
        var status = stat()
        #expect(stat(site.root + "/theirs/out/data/pipe", &status) == 0 && status.st_uid != 0)
    }
}
