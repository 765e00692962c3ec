import ControlAPI
import CronSchedule
import SchedulerCore

/// All that is measured, as values; ``families`` says it in metrics. The names are a promise: docs/monitoring.md lists them.
struct MetricsReport: Sendable {
    /// Stands for all jobs that have no series of their own; no job can be named so.
    static let restName = "(other)"

    let version: String
    let startedAt: Instant
    let isReady: Bool
    let isBlocked: Bool
    let process: ProcessFigures
    /// Whether the loop answered; nil while there is none.
    var answers: Bool?
    var scheduler: Scheduler?
    /// Of the scheduler's jobs, in order.
    var names: [String] = []
    var inForce: JobsInForce?
    var tally: Tally?
    var outcomes: [String: JobOutcome] = [:]
    var ledger: LedgerSize?
    /// Results of health checks, newest of each.
    var checks: [CheckFigure] = []
    /// How many alerts fire, by how bad they are; nil when the ledger does not say.
    var firing: [AlertLevel: Int]?
    /// Channels that alerts go to.
    var channels: [ChannelFigure] = []

    init(version: String, startedAt: Instant, isReady: Bool, isBlocked: Bool, process: ProcessFigures) {
        self.version = version
        self.startedAt = startedAt
        self.isReady = isReady
        self.isBlocked = isBlocked
        self.process = process
    }

    /// In a fixed order.
    var families: [MetricFamily] {
        [
            daemonFamilies, loopFamilies, jobCounts, jobFamilies, runFamilies, ledgerFamilies, checkFamilies, alertFamilies,
            channelFamilies, processFamilies,
        ].flatMap(\.self)
    }

    private var daemonFamilies: [MetricFamily] {
        var families = [
            MetricFamily("acore_sched_build", .info, help: "The program that answers.", [.init([.init("version", version)], 1)]),
            .flag("acore_sched_ready", isReady, help: "Whether jobs are in force and can start, as /ready says."),
        ]
        if let answers {
            families.append(.flag("acore_sched_loop_responding", answers, help: "Whether the scheduler answered within 5 s."))
        }
        return families
    }

    private var ledgerFamilies: [MetricFamily] {
        guard let ledger else { return [] }
        return [
            .flag("acore_sched_ledger_blocked", isBlocked, help: "Whether the ledger took no rows at the last try: nothing starts then."),
            MetricFamily(
                "acore_sched_ledger_size_bytes", .gauge, unit: "bytes",
                help: "What the record of all runs takes: its file, and the log of rows that are not in there yet.",
                [.init([.init("part", "file")], Double(ledger.file)), .init([.init("part", "log")], Double(ledger.log))]),
        ]
    }

    private var processFamilies: [MetricFamily] {
        var families = [
            MetricFamily(
                "process_cpu_seconds", .counter, unit: "seconds", help: "Processor time of the daemon, not of runs.",
                [.init([], process.cpuSeconds)]),
            MetricFamily(
                "process_resident_memory_bytes", .gauge, unit: "bytes", help: "Memory of the daemon.",
                [.init([], Double(process.residentBytes))]),
            MetricFamily(
                "process_virtual_memory_bytes", .gauge, unit: "bytes", help: "Address space of the daemon.",
                [.init([], Double(process.virtualBytes))]),
            .moment("process_start_time_seconds", startedAt, help: "When the daemon started."),
        ]
        if let open = process.openDescriptors {
            families.append(.number("process_open_fds", open, help: "Descriptors that the daemon holds."))
        }
        if let maximum = process.maximumDescriptors {
            families.append(.number("process_max_fds", Int(maximum), help: "Descriptors that it may hold."))
        }
        return families
    }
}

extension MetricFamily {
    static func flag(_ name: String, _ isSet: Bool, help: String) -> MetricFamily {
        MetricFamily(name, .gauge, help: help, [.init([], isSet ? 1 : 0)])
    }

    static func number(_ name: String, _ number: Int, help: String) -> MetricFamily {
        MetricFamily(name, .gauge, help: help, [.init([], Double(number))])
    }

    static func moment(_ name: String, _ instant: Instant, help: String) -> MetricFamily {
        MetricFamily(name, .gauge, unit: "seconds", help: help, [.init([], instant.unixSeconds)])
    }
}

extension Instant {
    /// Since 1970, as monitors count.
    var unixSeconds: Double { Double(milliseconds) / 1000 }
}
