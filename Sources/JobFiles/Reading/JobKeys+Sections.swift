import JobKit
import SchedulerCore

extension JobKeys {
    static func catchUp(in section: inout SettingsSection) -> CatchUpPolicy {
        let standard = CatchUpPolicy()
        return section.section("catch_up", help: "What becomes of slots that came due while nobody could start them.") { keys in
            let policy = CatchUpPolicy(
                mode: keys.choice("mode", default: standard.mode, help: "none, only the last one, or all of them."),
                max: keys.integer("max", in: 1...1_000, default: standard.max, help: "With all: the latest so many."),
                deadline: keys.duration(
                    "deadline", in: .seconds(1)...(.seconds(366 * 86_400)), default: standard.deadline,
                    help: "Slots older than this do not run."))
            if keys.contains("max"), policy.mode != .all {
                keys.report(
                    .warning, at: "max", part: .key, problem: "catch_up.max counts only with mode: all",
                    fix: "write mode: all, or leave max out")
            }
            return policy
        } ?? standard
    }

    static func retry(in section: inout SettingsSection) -> RetryPolicy {
        let standard = RetryPolicy()
        let pauses = Duration.seconds(1)...Duration.seconds(30 * 86_400)
        return section.section("retry", help: "Whether and when a run that failed is tried again.") { keys in
            let policy = RetryPolicy(
                attempts: keys.integer("attempts", in: 1...100, default: standard.attempts, help: "Attempts in all, the first included."),
                backoff: keys.choice("backoff", default: standard.backoff, help: "How the pause grows from attempt to attempt."),
                initial: keys.duration("initial", in: pauses, default: standard.initial, help: "The first pause."),
                max: keys.duration("max", in: pauses, default: standard.max, help: "The longest pause."))
            if !keys.contains("attempts") {
                keys.report(
                    .warning, at: "attempts", part: .key, problem: "retry without attempts tries nothing again",
                    fix: "write attempts: 3 for two further attempts, or leave retry out")
            }
            if policy.max < policy.initial {
                keys.report(
                    .warning, at: "max",
                    problem: "retry.max is shorter than retry.initial (\(policy.initial.settingText)), so it is every pause",
                    fix: "write a max of at least initial")
            }
            return policy
        } ?? standard
    }

    static func surroundings(in section: inout SettingsSection) -> Surroundings {
        var surroundings = Surroundings()
        surroundings.runAs = section.optionalText("run_as", help: "The user that runs it; needs a daemon that runs as root.")
        surroundings.limits = section.section("limits", help: "The kernel's limits for one run.", read: limits) ?? Surroundings.Limits()
        surroundings.environment = section.textMap(
            "environment", help: "Variables of the run: besides them it gets PATH, HOME, LANG and what acore-sched tells it."
        ).map { Surroundings.Variable(name: $0.name, value: $0.value) }
        return surroundings
    }

    private static func limits(in keys: inout SettingsSection) -> Surroundings.Limits {
        var limits = Surroundings.Limits()
        limits.memoryMax = keys.optionalBytes("memory_max", in: ByteCount(1 << 20)...ByteCount(1 << 50), help: "Memory, at most.")?.bytes
        limits.cpuMax = keys.optionalPercent("cpu_max", in: 1...100_000, help: "Share of one processor, at most; 200% is two of them.")
        limits.pidsMax = keys.optionalInteger("pids_max", in: 1...4_194_304, help: "Processes and threads at once, at most.")
        limits.nice = keys.optionalInteger("nice", in: -20...19, help: "From -20 (served first; needs root) to 19 (last).")
        let classes = Surroundings.Limits.IOClass.allCases.map(\.rawValue)
        limits.ioClass = keys.read(
            SettingDeclaration(name: "io_class", type: .choice(classes), help: "idle: the disk only when nobody else wants it.")
        )?.text.flatMap(Surroundings.Limits.IOClass.init(rawValue:))
        return limits
    }

    static func notices(in section: inout SettingsSection) -> Notices {
        var notices =
            section.section("notify", help: "Who is told of what.") { keys in
                var notices = Notices()
                notices.occasions = keys.choiceList("on", default: [.failure, .recovery, .missed], help: "What is told.")
                notices.channels = keys.textList(
                    "to", of: .name, orSingle: true, help: "Channels of the daemon's file, instead of those of its alerts.to.")
                return notices
            } ?? Notices()
        notices.heartbeat = section.optionalText(
            "heartbeat", form: .webAddress, help: "An address that gets a ping at start, success and failure.")
        return notices
    }

    static func history(in section: inout SettingsSection) -> HistoryRule? {
        HistoryKeys.rule(in: &section, help: "How much of the job's history stays.")
    }
}

/// The section `history`, which job files and the daemon's file share.
enum HistoryKeys {
    /// - Returns: nil when the section is left out.
    static func rule(in section: inout SettingsSection, help: String) -> HistoryRule? {
        let standard = HistoryRule()
        return section.section("history", help: help) { keys in
            HistoryRule(
                keep: keys.integer("keep", in: 1...1_000_000, default: standard.keep, help: "Runs, the newest first."),
                maxAge: keys.duration(
                    "max_age", in: .seconds(3600)...(.seconds(3650 * 86_400)), default: standard.maxAge, help: "Older ones go."))
        }
    }
}
