import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// The worker itself, as the launcher starts it.
@Suite struct WorkerTests {
    private let site: Site
    private let worker: String

    init() throws {
        site = try Site()
        let tests = CommandLine.arguments[0]
        worker = String(tests.prefix(upTo: tests.lastIndex(of: "/") ?? tests.startIndex)) + "/acore-sched-worker"
        try site.shell("mkdir -m 777 state && chmod 711 .")
    }

    private func request(_ settings: String, verb: String = "") throws {
        try site.write(
            "request",
            #"{"v":1,"run":"R","job":"h","attempt":1,"grace_s":5,"state_dir":"\#(site.path)/state","dry_run":false\#(verb),"settings":\#(settings)}"#
                + "\n")
    }

    private func events(_ text: String) throws -> [WireEvent] {
        try text.split(separator: "\n").map { try WireEvent(line: Array($0.utf8)) }
    }

    @Test func speaksTheWire() throws {
        try request(#"{"inodes":{"paths":["/"],"warning":99.9,"critical":100}}"#)
        let told = try events(try site.shell("'\(worker)' health run <request"))
        #expect(told.count == 2)
        guard case .check(let check) = told.first, case .result(let result) = told.last else {
            Issue.record("\(told)")
            return
        }
        #expect(check.name == "inodes" && check.target == "/" && check.state == .ok)
        #expect(result.outcome == .succeeded && result.summary == "ok: 1 of 1 ok")
    }

    @Test func startsWithoutTheLibrariesThatFewRunsNeed() throws {
        // The dynamic linker lists what a program is started with, and starts nothing.
        let libraries = try site.shell("LD_TRACE_LOADED_OBJECTS=1 '\(worker)'")
        #expect(libraries.contains("libsqlite3.so.0 => "), "\(libraries)")
        #expect(!libraries.contains("libcurl") && !libraries.contains("libarchive"), "\(libraries)")
    }

    @Test(.enabled(if: geteuid() == 0, "to hide a library needs root"))
    func saysWhichPackageIsMissing() throws {
        try request(#"{"external_services":{"services":{"bot":{"url":"http://127.0.0.1:9/"}}}}"#)
        try site.write(
            "hidden",
            """
            mount --make-rprivate /
            mount --bind /dev/null "$(ldconfig -p | awk '/libcurl[.]so[.]4 / {print $NF; exit}')"
            '\(worker)' health run <request 2>&1 || echo "ended with $?"
            """)
        let told = try site.shell("unshare -m sh -e hidden")
        #expect(told.hasSuffix("fix: install the package libcurl4\nended with 127\n"), "\(told)")
        #expect(told.contains("libcurl.so.4 cannot be used: "), "\(told)")
    }

    @Test func explains() throws {
        try request(#"{"inodes":{"paths":["/"]}}"#, verb: #","verb":"explain","argv":["inodes"]"#)
        let text = try site.shell("'\(worker)' health verb explain <request")
        #expect(text.hasPrefix("inodes of /: ok "), "\(text)")
        #expect(text.contains("  rule: 100 x (f_files - f_ffree) / f_files, rounded up, of statvfs: as df -i\n"))
    }

    @Test(.enabled(if: geteuid() == 0, "another user and another /proc need root"))
    func aProcessThatMayNotBeLookedAtIsAlive() throws {
        // A process of root, and a user to whom /proc shows only its own.
        try request(#"{"process_health":{"processes":{"bot":{"pid_file":"\#(site.path)/bot.pid"}}}}"#)
        try site.write("bot.pid", "\(getpid())\n")
        try site.shell("install -m 755 '\(worker)' worker")
        let line =
            "mount --make-rprivate / && mount -t proc -o hidepid=2 proc /proc && "
            + "exec setpriv --reuid=65534 --regid=65534 --clear-groups ./worker health run <request"
        let told = try events(try site.shell("unshare -m sh -ec '\(line)'"))
        guard case .check(let check) = told.first else {
            Issue.record("\(told)")
            return
        }
        #expect(check.state == .ok, "\(check)")
        #expect(check.reason == "process \(getpid()) runs, and /proc does not show it to this job")
    }
}
