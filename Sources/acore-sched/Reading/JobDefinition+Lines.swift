import JobFiles
import JobKit
import SchedulerCore

extension JobDefinition {
    /// Every key of a job file but `with`, in the order of the reference page.
    var lines: [DefinitionLine] {
        let standard = JobDefinition(name: name, kind: kind)
        return timingLines(standard) + policyLines(standard) + surroundingLines(standard) + noticeLines(standard)
    }

    /// The settings below `with:`, those that are left out with their defaults.
    func settingLines(of kind: KindDescription?) -> [DefinitionLine] {
        let written = settings.entries ?? []
        guard let kind else { return written.map { DefinitionLine($0.key, $0.value, isDefault: false) } }
        return kind.settings.map { declaration in
            let value = settings[declaration.name]
            return DefinitionLine(declaration.name, value ?? declaration.standard ?? ConfigNode(.null), isDefault: value == nil)
        }
    }

    private func timingLines(_ standard: JobDefinition) -> [DefinitionLine] {
        [
            line("description", \.description, standard), line("uses", ConfigNode(.text(kind)), false),
            line("enabled", ConfigNode(.flag(enabled)), enabled == standard.enabled),
            line("schedule", \.timing.schedules, standard), line("timezone", \.timing.timezone, standard),
            line("dst_gap", \.timing.dstGap.rawValue, standard), line("after", \.after, standard),
            line("jitter", \.timing.jitter.settingText, standard),
        ]
    }

    private func policyLines(_ standard: JobDefinition) -> [DefinitionLine] {
        [
            line("overlap", \.overlap.rawValue, standard), line("catch_up.mode", \.catchUp.mode.rawValue, standard),
            line("catch_up.max", \.catchUp.max, standard), line("catch_up.deadline", \.catchUp.deadline.settingText, standard),
            line("timeout", ConfigNode(.text(timeout?.settingText ?? "0s")), timeout == standard.timeout),
            line("grace", \.grace.settingText, standard), line("retry.attempts", \.retry.attempts, standard),
            line("retry.backoff", \.retry.backoff.rawValue, standard), line("retry.initial", \.retry.initial.settingText, standard),
            line("retry.max", \.retry.max.settingText, standard), line("group", \.group, standard),
            line("dry_run", ConfigNode(.flag(dryRun)), dryRun == standard.dryRun),
        ]
    }

    private func surroundingLines(_ standard: JobDefinition) -> [DefinitionLine] {
        let limits = surroundings.limits
        let memory = limits.memoryMax.map { ByteCount($0).settingText }
        let processor = limits.cpuMax.map { "\($0)%" }
        let lines = [
            line("run_as", \.surroundings.runAs, standard), line("limits.memory_max", .optional(memory), memory == nil),
            line("limits.cpu_max", .optional(processor), processor == nil),
            line("limits.pids_max", \.surroundings.limits.pidsMax, standard),
            line("limits.nice", \.surroundings.limits.nice, standard),
            line("limits.io_class", .optional(limits.ioClass?.rawValue), limits.ioClass == nil),
        ]
        let variables = surroundings.environment.map { line("environment.\($0.name)", .optional($0.value), false) }
        // A name and a place, never a value: the daemon reads that when the run starts.
        let secrets = surroundings.secrets.map { secret in
            line("secrets.\(secret.name).from", ConfigNode(.text("secret:\(secret.source) as \(secret.form.rawValue)")), false)
        }
        return lines + variables + secrets
    }

    private func noticeLines(_ standard: JobDefinition) -> [DefinitionLine] {
        [
            line("notify.on", .list(notices.occasions.map(\.rawValue)), notices.occasions == standard.notices.occasions),
            line("notify.to", \.notices.channels, standard), line("heartbeat", \.notices.maskedHeartbeat, standard),
            line("alerts.for", \.alerts.duration?.settingText, standard), line("alerts.results", \.alerts.results, standard),
            line("alerts.unknown_for", \.alerts.unknown?.settingText, standard),
            line("alerts.clear", \.alerts.clear?.settingText, standard),
            line("alerts.clear_results", \.alerts.clearResults, standard),
            line("alerts.reminder", \.alerts.reminder?.settingText, standard),
            line("alerts.late", \.alerts.late?.settingText, standard), line("alerts.slow", \.alerts.slow?.settingText, standard),
            line("alerts.unit", \.alerts.unit, standard), line("alerts.parents", \.alerts.parents, standard),
            line("history.keep", \.history.keep, standard), line("history.max_age", \.history.maxAge.settingText, standard),
        ]
    }

    private func line(_ key: String, _ value: ConfigNode, _ isDefault: Bool) -> DefinitionLine {
        DefinitionLine(key, value, isDefault: isDefault)
    }

    private func line(_ key: String, _ path: KeyPath<JobDefinition, String>, _ standard: JobDefinition) -> DefinitionLine {
        line(key, ConfigNode(.text(self[keyPath: path])), self[keyPath: path] == standard[keyPath: path])
    }

    private func line(_ key: String, _ path: KeyPath<JobDefinition, String?>, _ standard: JobDefinition) -> DefinitionLine {
        line(key, .optional(self[keyPath: path]), self[keyPath: path] == standard[keyPath: path])
    }

    private func line(_ key: String, _ path: KeyPath<JobDefinition, [String]>, _ standard: JobDefinition) -> DefinitionLine {
        line(key, .list(self[keyPath: path]), self[keyPath: path] == standard[keyPath: path])
    }

    private func line(_ key: String, _ path: KeyPath<JobDefinition, Int>, _ standard: JobDefinition) -> DefinitionLine {
        line(key, ConfigNode(.integer(Int64(self[keyPath: path]))), self[keyPath: path] == standard[keyPath: path])
    }

    private func line(_ key: String, _ path: KeyPath<JobDefinition, Int?>, _ standard: JobDefinition) -> DefinitionLine {
        let value = self[keyPath: path].map { ConfigNode(.integer(Int64($0))) } ?? ConfigNode(.null)
        return line(key, value, self[keyPath: path] == standard[keyPath: path])
    }
}

extension ConfigNode {
    /// A text, or nothing.
    fileprivate static func optional(_ text: String?) -> ConfigNode { text.map { ConfigNode(.text($0)) } ?? ConfigNode(.null) }

    fileprivate static func list(_ texts: [String]) -> ConfigNode { ConfigNode(.list(texts.map { ConfigNode(.text($0)) })) }
}
