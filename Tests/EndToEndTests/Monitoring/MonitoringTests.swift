import Foundation
import Glibc
import Testing

/// What monitors see of the built daemon.
@Suite(.ownThread)
struct MonitoringTests {
    private static let jobs = [
        "good": Jobs.shell("true", schedule: nil), "bad": Jobs.shell("exit 3", schedule: nil),
        "noon": Jobs.shell("true", schedule: "0 12 * * *"),
    ]

    private func run(_ site: Site, _ job: String, status: Int32 = 0, _ more: String...) throws {
        let command = try site.start(words: ["run-now", job] + more)
        #expect(try command.wait() == .exited(status), "\(command.errors)")
    }

    private func descriptors(of process: pid_t) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").map { Files.target("/proc/\(process)/fd/\($0)") })
    }

    private func stop(_ daemon: Child) throws { #expect(try daemon.stop() == .exited(0), "\(daemon.errors)") }

    @Test func withoutAPlaceInTheSettingsNobodyListens() throws {
        let site = try Site(jobs: Self.jobs)
        // A child may inherit sockets of servers that other tests run in this process.
        let before = try descriptors(of: getpid())
        let daemon = try site.daemon()
        let inodes = try descriptors(of: daemon.pid).subtracting(before).subtracting(try descriptors(of: getpid()))
        let listening = (Files.lines("/proc/net/tcp") + Files.lines("/proc/net/tcp6")).map { $0.split(separator: " ") }
            .filter { $0.count > 9 && $0[3] == "0A" }
        #expect(!listening.contains { inodes.contains("socket:[\($0[9])]") })
        try stop(daemon)
    }

    @Test func theNumbersAreThoseOfTheLedger() throws {
        let site = try Site(jobs: Self.jobs)
        let monitor = try Monitor(site)
        let daemon = try site.daemon()
        for _ in 0..<3 { try run(site, "good") }
        try run(site, "bad", status: 1)
        try run(site, "good", "--dry-run")
        let series = try monitor.series()
        #expect(series[#"acore_sched_runs_ended_total{job_name="good",result="succeeded"}"#] == 3)
        #expect(series[#"acore_sched_runs_ended_total{job_name="bad",result="failed"}"#] == 1)
        #expect(series[#"acore_sched_run_duration_seconds_count{job_name="good"}"#] == 3)
        #expect(
            series[#"acore_sched_job_last_result{job_name="good"}"#] == 0 && series[#"acore_sched_job_last_result{job_name="bad"}"#] == 2)
        #expect(series[#"acore_sched_job_last_result{job_name="noon"}"#] == nil)
        let ends = try site.ledger.rows(
            "SELECT name, max(ended_at) / 1000.0, sum(ended_at - started_at) / 1000.0 FROM runs JOIN jobs ON jobs.id = job WHERE dry_run = 0 GROUP BY name"
        )
        #expect(ends.count == 2)
        for row in ends {
            #expect(series["acore_sched_job_last_end_timestamp_seconds{job_name=\"\(row[0])\"}"] == Double(row[1]))
            let sum = try #require(series["acore_sched_run_duration_seconds_sum{job_name=\"\(row[0])\"}"])
            #expect(abs(sum - (Double(row[2]) ?? -1)) < 0.000_5)
        }
        #expect(series[#"acore_sched_job_last_success_timestamp_seconds{job_name="bad"}"#] == nil)
        let next = try #require(series[#"acore_sched_job_next_start_timestamp_seconds{job_name="noon"}"#])
        #expect(Int(next) % 86_400 == 43_200 && next > (series["process_start_time_seconds"] ?? .infinity))
        #expect(series["acore_sched_jobs_loaded"] == 3 && series["acore_sched_ready"] == 1)
        #expect(series[#"acore_sched_jobs_by_last_result{result="succeeded"}"#] == 1)
        #expect(series[#"acore_sched_ledger_size_bytes{part="file"}"#].map { $0 > 0 } == true)
        try stop(daemon)
    }

    @Test func slotsAreCountedAndTheirLagIsMeasured() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let monitor = try Monitor(site)
        let daemon = try site.daemon()
        try site.marks("beat", atLeast: 3, of: daemon)
        let series = try monitor.series()
        let ran = try #require(series[#"acore_sched_occurrences_total{outcome="ran"}"#])
        #expect(ran >= 3)
        #expect(series["acore_sched_run_start_lag_seconds_count"].map { $0 >= 2 } == true)
        #expect(series["acore_sched_pass_duration_seconds_count"].map { $0 >= ran } == true)
        try stop(daemon)
        // Only what was written is counted.
        let written = try site.ledger.number("SELECT count(*) FROM occurrences WHERE account = 'ran'")
        #expect(Int(ran) <= written)
    }

    @Test func afterARestartStatesAreKnownAndCountsBeginAnew() throws {
        let site = try Site(jobs: Self.jobs)
        let monitor = try Monitor(site)
        let first = try site.daemon()
        try run(site, "good")
        try run(site, "bad", status: 1)
        let before = try monitor.series()
        try first.killNow()
        let second = try site.daemon()
        let after = try monitor.series()
        for name in before.keys where name.hasPrefix("acore_sched_job_last_") || name.hasPrefix("acore_sched_jobs_by_last_result") {
            #expect(after[name] == before[name], "\(name)")
        }
        #expect(after[#"acore_sched_runs_ended_total{job_name="good",result="succeeded"}"#] == 0)
        #expect(after["process_start_time_seconds"].map { $0 > before["process_start_time_seconds"] ?? .infinity } == true)
        try run(site, "bad", status: 1)
        #expect(try monitor.series()[#"acore_sched_runs_ended_total{job_name="bad",result="failed"}"#] == 1)
        try stop(second)
    }

    /// A run outlives its daemon; the port must not stay with it.
    @Test func theNextDaemonHasThePortWhileARunGoesOn() throws {
        let site = try Site(jobs: ["hand": Jobs.gated("gate", schedule: nil)])
        try site.gate("gate")
        let monitor = try Monitor(site)
        let first = try site.daemon()
        try run(site, "hand", "--detach")
        try site.marks("log", of: first)
        try first.killNow()
        let second = try site.daemon()
        #expect(try monitor.series()[#"acore_sched_runs_open{state="running"}"#] == 1)
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: second)
        try monitor.wait(for: #"acore_sched_runs_ended_total{job_name="hand",result="succeeded"}"#, 1)
        try stop(second)
        #expect(!second.errors.contains("nothing listens"), "\(second.errors)")
    }

    @Test func aDaemonThatStartsLivesAndIsNotReady() throws {
        let site = try Site()
        site.more["ACORE_SCHED_PLUGINS_DIR"] = site.plugins
        mkdir(site.plugins, 0o755)
        try site.gate("gate")
        let script = """
            #!/bin/sh
            case $1 in
            describe) echo '{"v":1,"kind":"slow","summary":"waits","settings":[],"verbs":[]}' ;;
            check) cat \(site.marks)/gate; while IFS= read -r _; do echo '{"findings":[]}'; done ;;
            esac

            """
        try site.install(plugin: "slow", script)
        try site.job("slow", "uses: slow\nwith: {}\n")
        let monitor = try Monitor(site)
        let daemon = try site.start("daemon")
        try monitor.wait(for: "/health", status: 200, of: daemon)
        let ready = try monitor.get("/ready")
        #expect(ready.status == 503 && ready.body.contains(#""status":"starting""#), "\(ready)")
        #expect(try monitor.series()["acore_sched_ready"] == 0)
        try site.open(gate: "gate")
        try monitor.wait(for: "/ready", status: 200, of: daemon)
        try site.wait("ready", of: daemon) { daemon.errors.contains(" ready ") ? true : nil }
        try stop(daemon)
        #expect(try monitor.get("/ready").status == 0)
    }

    @Test func aLedgerThatTakesNoRowsIsSaid() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let monitor = try Monitor(site)
        let daemon = try site.daemon()
        try site.marks("beat", of: daemon)
        let lock = try LockedLedger(site.state + "/ledger.sqlite")
        try monitor.wait(for: "/ready", status: 503, of: daemon)
        let ready = try monitor.get("/ready")
        #expect(ready.body.contains(#""status":"blocked""#) && ready.body.contains("the ledger takes no rows"), "\(ready)")
        #expect(try monitor.get("/health").status == 200)
        lock.release()
        try monitor.wait(for: "/ready", status: 200, of: daemon)
        try stop(daemon)
    }

    @Test func detailsAreToldByRoleAndOverTCPOnlyWhereItIsAllowed() throws {
        let site = try Site(jobs: Self.jobs)
        try site.job("broken", "uses: command\nschedul: x\n")
        let monitor = try Monitor(site)
        let daemon = try site.daemon()
        try run(site, "bad", status: 1)
        let refused = try monitor.get("/health/details")
        #expect(refused.status == 403 && refused.body.contains("--unix-socket"))
        let told = try monitor.getOverSocket("/health/details")
        #expect(told.status == 200, "\(told.body)")
        let details = try #require(try JSONSerialization.jsonObject(with: Data(told.body.utf8)) as? [String: Any])
        let jobs = try #require(details["jobs"] as? [[String: Any]])
        #expect(jobs.map { $0["job"] as? String } == ["bad", "good", "noon"])
        #expect(jobs[0]["last_result"] as? String == "failed" && jobs[1]["last_result"] == nil && jobs[2]["next_due"] != nil)
        #expect(details["refused"] as? [String] == ["broken"])
        #expect((details["ledger"] as? [String: Any])?["takes_rows"] as? Bool == true)
        #expect(!told.body.contains(site.root), "no paths")
        try stop(daemon)
        try site.configure("listen: 127.0.0.1:\(monitor.port)\nlisten_details: true\n")
        let open = try site.daemon()
        #expect(try monitor.get("/health/details").status == 200)
        try stop(open)
    }

    @Test func aPortThatIsTakenCostsNoRunAndIsTakenLater() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let monitor = try Monitor(site)
        var other: TakenPort? = try TakenPort(monitor.port)
        let daemon = try site.daemon()
        try site.wait("a word about it", of: daemon) {
            daemon.errors.contains("nothing listens at 127.0.0.1:\(monitor.port) for monitors: another program has this address")
                ? true : nil
        }
        try site.marks("beat", of: daemon)
        let status = try site.start("status")
        #expect(try status.wait() == .exited(0))
        #expect(
            status.output.contains("listens 127.0.0.1:\(monitor.port): NOT JUST NOW, another program has this address"), "\(status.output)")
        withExtendedLifetime(other) {}
        other = nil
        try monitor.wait(for: "/health", status: 200, of: daemon)
        let later = try site.start("status")
        #expect(try later.wait() == .exited(0))
        #expect(later.output.contains("listens 127.0.0.1:\(monitor.port)\n"), "\(later.output)")
        try stop(daemon)
    }

    @Test func itListensOnVersion6() throws {
        let site = try Site(jobs: Self.jobs)
        let monitor = try Monitor(site, host: "[::1]")
        let daemon = try site.daemon()
        #expect(try monitor.get("/health").status == 200)
        #expect(try monitor.series()["acore_sched_jobs_loaded"] == 3)
        try stop(daemon)
    }

    @Test func anAddressThatOthersCanAskHasToBeAllowed() throws {
        let site = try Site(jobs: Self.jobs)
        let port = try Monitor.freePort()
        try site.configure("listen: 0.0.0.0:\(port)\n")
        let refused = try site.start("daemon")
        #expect(try refused.wait() == .exited(2))
        #expect(
            refused.errors.contains("acore-sched.yaml:1:9: error: 0.0.0.0:\(port) can be asked from other machines"), "\(refused.errors)")
        let monitor = try Monitor(site, listensAt: "0.0.0.0", settings: "listen_unencrypted: true\nlisten_details: true\n")
        let daemon = try site.daemon()
        #expect(daemon.errors.contains("details are told at a loopback address only"), "\(daemon.errors)")
        #expect(try monitor.get("/metrics", host: "server.example").status == 200)
        #expect(try monitor.get("/health/details").status == 403)
        try stop(daemon)
    }

    @Test func aNameThatAPageMadeLeadHereIsToldOfNoJobs() throws {
        let site = try Site(jobs: Self.jobs)
        let monitor = try Monitor(site)
        let daemon = try site.daemon()
        let answer = try monitor.get("/metrics", host: "evil.example:\(monitor.port)")
        #expect(answer.status == 403 && !answer.body.contains("noon"), "\(answer)")
        try stop(daemon)
    }

    /// The pass that waits for the ledger has the one thread that tasks have on such a machine.
    @Test func onOneProcessorMonitorsAreAnsweredWhileThePassWaits() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let monitor = try Monitor(site)
        let daemon = try site.daemon(through: ["/usr/bin/taskset", "-c", "0"])
        try site.marks("beat", of: daemon)
        _ = try monitor.series()
        let lock = try LockedLedger(site.state + "/ledger.sqlite")
        // From here on a pass waits for five seconds, gives up, and leaves the ledger alone for as long.
        let began = Watch.now()
        var longest: Int64 = 0
        var isBlocked = false
        while !isBlocked || Watch.now() - began < 12_000 {
            let asked = Watch.now()
            #expect(try monitor.get("/health").status == 200)
            isBlocked = try monitor.get("/ready").status == 503 || isBlocked
            longest = max(longest, Watch.now() - asked)
            try #require(Watch.now() - began < Watch.patience)
        }
        #expect(longest < 3000, "\(longest) ms")
        // A scrape says what is known without the scheduler, if that does not answer.
        #expect(try monitor.get("/metrics").status == 200)
        lock.release()
        try monitor.wait(for: "/ready", status: 200, of: daemon)
        try stop(daemon)
    }

    @Test func noSecretAndNoOutputIsInAnyAnswer() throws {
        let site = try Site()
        try "hunter2".write(toFile: site.secrets + "/token", atomically: true, encoding: .utf8)
        chmod(site.secrets + "/token", 0o400)
        let line = "echo said-by-job; cat \"$ACORE_SECRETS_DIR/TOKEN\"; exit 3"
        try site.job(
            "hand", "uses: command\nsecrets: {TOKEN: secret:token}\nenvironment: {MARK: set-by-file}\nwith:\n  shell: '\(line)'\n")
        let monitor = try Monitor(site, settings: "listen_details: true\n")
        let daemon = try site.daemon()
        try run(site, "hand", status: 1)
        let answers =
            try ["/health", "/ready", "/health/details", "/metrics"].map { try monitor.get($0).body }
            + [monitor.getOverSocket("/health/details").body]
        for word in ["hunter2", "said-by-job", "set-by-file", "ACORE_SECRETS_DIR"] {
            #expect(!answers.joined().contains(word), "\(word)")
        }
        try stop(daemon)
    }
}
