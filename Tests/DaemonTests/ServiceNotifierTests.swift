import CronSchedule
import Daemon
import Glibc
import SchedulerCore
import Testing

@Suite struct ServiceNotifierTests {
    @Test("messages", arguments: [false, true])
    func eachMessageArrivesAsTheManagerReadsIt(isAbstract: Bool) throws {
        let manager = try DatagramListener(isAbstract: isAbstract)
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": manager.address])
        notifier.ready("3 jobs")
        notifier.status("4 jobs")
        notifier.alive()
        notifier.ready()
        notifier.stopping()
        #expect(
            try manager.waiting() == [
                "READY=1\nSTATUS=3 jobs", "STATUS=4 jobs", "WATCHDOG=1", "READY=1",
                "STOPPING=1\nSTATUS=stopping; runs that are under way go on",
            ])
    }

    @Test func aReloadCarriesTheTimeAtWhichItBegan() throws {
        let manager = try DatagramListener()
        var before = timespec()
        clock_gettime(CLOCK_MONOTONIC, &before)
        ServiceNotifier(environment: ["NOTIFY_SOCKET": manager.address]).reloading()
        let lines = try manager.nextText().split(separator: "\n")
        #expect(lines.first == "RELOADING=1" && lines.count == 2)
        let time = try #require(lines.last?.split(separator: "=").last.flatMap { Int64($0) })
        #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true && time >= Int64(before.tv_sec) * 1_000_000)
    }

    @Test("no manager", arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"], ["NOTIFY_SOCKET": "/nowhere/at/all"]])
    func withoutAManagerNothingHappens(_ environment: [String: String]) {
        let notifier = ServiceNotifier(environment: environment)
        notifier.ready("3 jobs")
        notifier.alive()
        #expect(environment["NOTIFY_SOCKET"]?.hasPrefix("/") == true || !notifier.isHeard)
    }

    struct LimitRow: Sendable {
        var environment: [String: String]
        var limit: Duration?
    }

    @Test(
        "watchdog variables",
        arguments: [
            LimitRow(environment: [:]),
            LimitRow(environment: ["WATCHDOG_USEC": "120000000"], limit: .seconds(120)),
            LimitRow(environment: ["WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "77"], limit: .seconds(120)),
            LimitRow(environment: ["WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "78"]),
            LimitRow(environment: ["WATCHDOG_USEC": "0"]),
            LimitRow(environment: ["WATCHDOG_USEC": "soon"]),
        ])
    func theWatchdogIsOursOnlyWhenItIsMeantForUs(_ row: LimitRow) throws {
        let manager = try DatagramListener()
        let environment = row.environment.merging(["NOTIFY_SOCKET": manager.address]) { $1 }
        #expect(ServiceNotifier(environment: environment, process: 77).watchdogLimit == row.limit)
        #expect(ServiceNotifier(environment: row.environment, process: 77).watchdogLimit == nil)
    }

    @Test func aSignOfLifeIsDueAfterHalfTheLimitAndMayComeEarlyWithAnotherWakeUp() {
        var watchdog = Watchdog(limit: .seconds(120), now: .seconds(1000))
        #expect(watchdog.due == .seconds(1060))
        #expect(watchdog.takes(.seconds(1029)) == false)
        #expect(watchdog.takes(.seconds(1030)) == true)
        #expect(watchdog.due == .seconds(1090))
        #expect(Watchdog(limit: .nanoseconds(1), now: .zero).interval == Watchdog.shortestInterval)
        #expect(watchdog.takes(.seconds(5000)) == true)
        #expect(watchdog.due == .seconds(5060))
    }

    @Test(
        "status",
        arguments: [
            (ServiceStatus(jobs: 1, running: 0, nextDue: nil), "1 job, 0 running, nothing due"),
            (
                ServiceStatus(jobs: 12, running: 3, queued: 2, nextDue: Instant(seconds: 0)),
                "12 jobs, 3 running, 2 waiting, next due 1970-01-01T00:00:00Z"
            ),
        ])
    func theStatusIsOneLine(_ status: ServiceStatus, _ text: String) { #expect("\(status)" == text) }
}
