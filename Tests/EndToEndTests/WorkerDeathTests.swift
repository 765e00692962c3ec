import Foundation
import Testing

/// kill -9 of the backup's worker at its steps: the run has failed, and the repository is as good as before.
@Suite(.ownThread, .enabled(if: Tracer.isThere, "needs strace"))
struct WorkerDeathTests {
    @Test(arguments: [
        ("mkdirat,mkdir", 1), ("openat", 60), ("write,pwrite64", 12), ("fsync,fdatasync", 1), ("fsync,fdatasync", 3),
        ("renameat,rename", 1),
        ("renameat,rename", 2), ("renameat2", 1), ("unlinkat", 1), ("symlinkat", 1), ("exit_group", 1),
    ])
    func aKilledBackupHarmsNothing(_ calls: String, _ count: Int) throws {
        let site = try Site()
        let data = site.root + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        for index in 0..<20 {
            try String(repeating: "\(index)\n", count: 9_000).write(toFile: "\(data)/\(index)", atomically: false, encoding: .utf8)
        }
        try site.job("keep", "uses: backup\nwith:\n  repository: \(site.root)/repository\n  sources: {data: \(data)}\n")
        let before = try site.start("run-now", "keep")
        #expect(try before.wait() == .exited(0), "\(before.errors)")
        let whole = site.programs
        site.programs = site.root + "/bin"
        try Tracer.installPrograms(in: site.programs)
        try Tracer.install(script: Self.worker(whole, calls, count), as: site.programs + "/acore-sched-worker")
        let killed = try site.start("run-now", "keep")
        let end = try killed.wait()
        // A call that never comes so often kills nobody.
        #expect(end == .exited(1) || end == .exited(0), "\(end): \(killed.errors)")
        if end == .exited(1) {
            let summary = try site.ledger.column("SELECT summary FROM runs ORDER BY id DESC LIMIT 1")
            #expect(summary.first?.hasPrefix("ended by signal 9 (KILL)") == true, "\(summary) \(killed.output) \(killed.errors)")
        }
        try check(site)
        site.programs = whole
        let after = try site.start("run-now", "keep")
        #expect(try after.wait() == .exited(0), "\(after.errors)\(after.output)")
        try check(site)
    }

    private func check(_ site: Site) throws {
        let script = """
            set -e
            cd \(site.root)/repository
            sha256sum --quiet -c checksums
            archive="set-keep/data/$(readlink set-keep/data/latest | sed 's/point.json$/tar.zst/')"
            zstd -q -t "$archive"
            tar --zstd -df "$archive" -C ..
            """
        let tools = try Child(
            ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], files: "\(site.root)/tools\(site.runs.count)")
        #expect(try tools.wait() == .exited(0), "\(tools.errors)\(tools.output)")
    }

    private static func worker(_ folder: String, _ calls: String, _ count: Int) -> String {
        """
        #!/bin/sh
        [ "$2" = run ] || exec \(folder)/acore-sched-worker "$@"
        exec \(Tracer.path) -D -f -qq -o /dev/null -e trace=\(calls) -e inject=\(calls):signal=SIGKILL:when=\(count) \
        \(folder)/acore-sched-worker "$@"

        """
    }
}
