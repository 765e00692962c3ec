import JobKit
import SchedulerCore

/// The keys of a job file as they are read, before anything outside the file is asked.
///
/// The initialiser is long because it is a list: one line a key, in the order of the reference page, each reached always.
struct JobKeys: JobSettings {
    var description: String?
    var uses: String
    var schedules: [String]
    var timezone: String?
    var dstGap: Timing.DSTGap
    var enabled: Bool
    var after: [String]
    var jitter: Duration
    var overlap: OverlapPolicy
    var catchUp: CatchUpPolicy
    var timeout: Duration
    var grace: Duration
    var retry: RetryPolicy
    var group: String?
    var surroundings: Surroundings
    var secrets: ConfigNode?
    var environmentFile: String?
    var notices: Notices
    var alerts: AlertSettings
    /// Nil when the daemon's rule holds.
    var history: HistoryRule?
    var dryRun: Bool
    var with: ConfigNode

    // long: each key of a job file is declared here, once.
    init(from section: inout SettingsSection) {
        description = section.optionalText("description", help: "One line for people: what the job is for.")
        uses = section.requiredText("uses", help: "The kind of job, for example command or backup.")
        schedules = section.textList(
            "schedule", orSingle: true,
            help:
                "When it is due: a cron expression or a list of them; also @daily, @every 5m, @reboot. Without it the job runs when asked, or after others."
        )
        timezone = section.optionalText(
            "timezone", help: "The zone that the schedule means, for example Europe/Berlin. Default: the machine's.")
        dstGap = section.choice(
            "dst_gap", default: .run, help: "What becomes of a slot that the clock leaps over in spring: run right after the gap, or skip.")
        enabled = section.flag("enabled", default: true, help: "false: the job is known, but none of its slots runs.")
        after = section.textList(
            "after", of: .name, orSingle: true,
            help: "Jobs that must have succeeded since this job's last start. With a schedule, a slot waits for them.")
        let day = Duration.seconds(86_400)
        let year = Duration.seconds(366 * 86_400)
        jitter = section.duration(
            "jitter", in: .zero...day, default: .zero, help: "Starts lie up to this much later, by the same amount each time on one host.")
        overlap = section.choice("overlap", default: .skip, help: "What a slot does while an earlier run goes on.")
        catchUp = Self.catchUp(in: &section)
        timeout = section.duration(
            "timeout", in: .zero...year, default: JobDefinition.standardTimeout,
            help: "The longest that one attempt may take; 0s for no limit.")
        grace = section.duration(
            "grace", in: .zero...day, default: JobDefinition.standardGrace, help: "From the request to stop to the end by force.")
        retry = Self.retry(in: &section)
        group = section.optionalText(
            "group", form: .name, help: "Runs of one group wait for each other; the daemon's file says how many go at once.")
        surroundings = Self.surroundings(in: &section)
        secrets = section.read(
            SettingDeclaration(
                name: "secrets", type: .map(of: .anything),
                help:
                    "Secrets of a run: NAME: secret:SOURCE gives a file in $ACORE_SECRETS_DIR, NAME: {from: secret:SOURCE, as: env} a variable."
            ))
        environmentFile = section.optionalText(
            "environment_file", form: .absolutePath,
            help: "A file of NAME=value lines for ${NAME} in this file. Its variables do not reach the run.")
        notices = Self.notices(in: &section)
        alerts = AlertKeys.section(in: &section)
        history = Self.history(in: &section)
        dryRun = section.flag("dry_run", default: false, help: "true: each run plans and reports, and changes nothing.")
        with =
            section.read(SettingDeclaration(name: "with", type: .anything, help: "The settings of the kind.")) ?? ConfigNode(.mapping([]))
    }
}
