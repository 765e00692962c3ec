package import JobKit
package import SchedulerCore

/// The daemon's own file, `acore-sched.yaml`. Every key has a default, and so has the file.
package struct DaemonSettings: Sendable, Hashable, JobSettings {
    /// How log lines are written.
    package enum LogFormat: String, Sendable, Hashable, CaseIterable {
        /// To the journal where standard error leads there, else for people.
        case auto
        /// For people.
        case text
        /// One object a line.
        case json
        /// Entries with fields, to the journal.
        case journal
    }

    /// Runs at once.
    package var maxRuns: Int
    /// Of these, runs that make up for missed slots.
    package var maxCatchUpRuns: Int
    /// Runs at once by group; a group that is not named here has ``standardGroupLimit``.
    package var groups: [String: Int]
    /// For jobs that say nothing of it.
    package var history: HistoryRule
    /// Bytes that the ledger's history may fill.
    package var ledgerMaximumBytes: Int64
    package var secretsDirectory: String?
    package var logLevel: LogLevel
    package var logFormat: LogFormat
    package var stateDirectory: String?
    package var jobsDirectory: String?
    package var pluginsDirectory: String?
    /// Ways to tell somebody, in the order of the file.
    package var channels: [Channel]
    /// Names of those whose address is empty.
    package var channelsOff: Set<String>
    /// What becomes an alert, and who is told.
    package var alerts: AlertStandard
    /// Who is told that the daemon itself works; nil for nobody.
    package var heartbeat: HeartbeatSettings?

    /// Groups whose members may start, stop and pause through the control socket.
    package var operators: [String]
    /// Groups whose members may look.
    package var viewers: [String]

    /// Where monitors can ask; nil for nowhere.
    package var listen: ListenAddress?
    /// Whether monitors are told of jobs one by one there.
    package var listenDetails: Bool

    /// Runs at once of a group that the file does not name.
    package static let standardGroupLimit = 1

    /// Reads the keys.
    package init(from section: inout SettingsSection) {
        maxRuns = section.integer("max_runs", in: 1...10_000, default: 16, help: "Runs at once.")
        maxCatchUpRuns = section.integer(
            "max_catch_up_runs", in: 1...10_000, default: 2, help: "Runs at once that make up for missed slots.")
        groups = Self.groups(in: &section)
        history =
            HistoryKeys.rule(in: &section, help: "How much of a job's history stays, for jobs that say nothing of it.") ?? HistoryRule()
        ledgerMaximumBytes =
            (section.section("ledger", help: "The record of all runs.") { keys in
                keys.bytes(
                    "max_size", in: ByteCount(1 << 20)...ByteCount(1 << 44), default: Self.standardLedgerSize,
                    help: "The oldest rows go beyond this.")
            } ?? Self.standardLedgerSize).bytes
        secretsDirectory = section.optionalText("secrets_directory", form: .absolutePath, help: "Where secret:NAME is a file NAME.")
        logLevel = section.choice("log_level", default: .info, help: "What is logged: this and worse.")
        logFormat = section.choice("log_format", default: .auto, help: "How log lines are written.")
        operators = section.textList(
            "operators", of: .name, default: ["acore-sched"],
            help: "Groups whose members may start, stop and pause jobs through the control socket; the first one owns the socket.")
        viewers = section.textList("viewers", of: .name, default: [], help: "Groups whose members may look at jobs, runs and output.")
        (listen, listenDetails) = Self.listener(in: &section)
        stateDirectory = section.optionalText("state_directory", form: .absolutePath, help: "Where the ledger and the runs lie.")
        jobsDirectory = section.optionalText("jobs_directory", form: .absolutePath, help: "Where the job files lie.")
        pluginsDirectory = section.optionalText("plugins_directory", form: .absolutePath, help: "Where plugins of your own lie.")
        let standard = AlertStandard.read(in: &section)
        let (channels, off) = ChannelSet.read(in: &section)
        (self.channels, channelsOff) = (channels, off)
        alerts = standard.without(off)
        heartbeat = HeartbeatSettings.read(in: &section)
        // A channel with an error of its own is none yet: what names it is right.
        if !section.findings.contains(where: { $0.severity == .error }) {
            section.adopt(alerts.strangers(among: channels.map(\.name)) + alerts.keepers(among: channels))
        }
    }

    private static let standardLedgerSize = ByteCount(1 << 30)

    /// The settings of a daemon without a file.
    package init() {
        var section = SettingsSection(ConfigNode(.null), at: [])
        self.init(from: &section)
    }

    private static func groups(in section: inout SettingsSection) -> [String: Int] {
        let declaration = SettingDeclaration(
            name: "groups", type: .map(of: .integer(1...10_000)),
            help: "Runs at once of each group, NAME: NUMBER; a group that is not named here has \(standardGroupLimit).")
        var groups: [String: Int] = [:]
        for entry in section.read(declaration)?.entries ?? [] {
            if let complaint = SettingType.TextForm.name.complaint(about: entry.key) {
                section.report(.error, at: "groups", problem: "a key of groups \(complaint.problem)", fix: complaint.fix)
            }
            if case .integer(let limit) = entry.value.value { groups[entry.key] = Int(limit) }
        }
        return groups
    }

    private static func listener(in section: inout SettingsSection) -> (ListenAddress?, details: Bool) {
        let text = section.optionalText(
            "listen", help: "Address and port of /health, /ready and /metrics, for example 127.0.0.1:9180; left out: none.")
        let mayBeOpen = section.flag(
            "listen_unencrypted", default: false,
            help: "Whether listen may be an address that other machines reach: everybody there can ask, and nothing is encrypted.")
        let wantsDetails = section.flag(
            "listen_details", default: false,
            help: "Whether /health/details, which names jobs, is answered there; only at a loopback address.")
        var address: ListenAddress?
        do throws(ListenAddress.Complaint) {
            address = try text.map { text throws(ListenAddress.Complaint) in try ListenAddress(text) }
        } catch {
            section.report(.error, at: "listen", problem: error.problem, fix: error.fix)
        }
        let isOpen = address.map { !$0.isLoopback } ?? false
        if let address, isOpen, !mayBeOpen {
            section.report(
                .error, at: "listen", problem: "\(address) can be asked from other machines, by anybody, without encryption",
                fix: "write 127.0.0.1:\(address.port); or listen_unencrypted: true, where a firewall or a proxy keeps others out")
        }
        if wantsDetails, isOpen {
            section.report(
                .warning, at: "listen_details", problem: "details are told at a loopback address only, and listen is none",
                fix: "leave the line out, and ask over the control socket")
        }
        return (address, wantsDetails && address != nil && !isOpen)
    }
}
