import CronSchedule
import JobKit
import SchedulerCore

/// The rules of a job file that its types cannot tell: expressions, zones, users, names.
struct JobChecks {
    /// Expressions in one file.
    static let mostSchedules = 32
    /// Jobs in one `after`.
    static let mostPredecessors = 64
    /// Variables, and secrets, of one job.
    static let mostVariables = 256

    let rules: JobRules
    private(set) var findings: [Finding] = []

    init(rules: JobRules) { self.rules = rules }

    /// The definition that the keys make; what is wrong is among the findings.
    mutating func definition(of keys: JobKeys, name: String) -> JobDefinition {
        var job = JobDefinition(name: name, kind: keys.uses)
        job.description = keys.description
        job.timing = Timing(schedules: keys.schedules, timezone: keys.timezone, dstGap: keys.dstGap, jitter: keys.jitter)
        job.enabled = keys.enabled
        job.after = keys.after
        job.overlap = keys.overlap
        job.catchUp = keys.catchUp
        job.timeout = keys.timeout == .zero ? nil : keys.timeout
        job.grace = keys.grace
        job.retry = keys.retry
        job.group = keys.group
        job.surroundings = keys.surroundings
        job.surroundings.secrets = secrets(in: keys.secrets)
        job.notices = keys.notices
        job.alerts = keys.alerts
        job.history = keys.history ?? rules.standardHistory
        job.dryRun = keys.dryRun
        checkTiming(job.timing, name: name)
        checkCounts(job)
        checkUser(job.surroundings.runAs)
        checkVariables(job.surroundings.environment)
        job.settings = settings(keys.with, of: keys.uses)
        return job
    }

    private mutating func checkTiming(_ timing: Timing, name: String) {
        var zone = rules.machineZone
        if let wanted = timing.timezone {
            switch rules.zones.zone(named: wanted) {
            case .success(let found): zone = found
            case .failure(let error): report(["timezone"], error.message, fix: error.fix)
            }
        }
        for (index, text) in timing.schedules.enumerated() {
            let path = timing.schedules.count == 1 ? ["schedule"] : ["schedule", String(index)]
            do {
                let schedule = try CronSchedule(text, jobName: name)
                let gap: DSTGapPolicy = timing.dstGap == .run ? .run : .skip
                for warning in try schedule.warnings(in: zone, from: rules.now, dstGap: gap) {
                    report(path, warning.message, fix: warning.fix, severity: .warning, offset: warning.column - 1)
                }
            } catch let error as CronSyntaxError {
                report(path, error.message, fix: error.fix, offset: error.column - 1)
            } catch {
                report(path, "the schedule cannot be computed: \(error)", fix: "check the zone and its tz data")
            }
        }
    }

    private mutating func checkCounts(_ job: JobDefinition) {
        let counts = [
            ("schedule", job.timing.schedules.count, Self.mostSchedules), ("after", job.after.count, Self.mostPredecessors),
            ("environment", job.surroundings.environment.count, Self.mostVariables),
            ("secrets", job.surroundings.secrets.count, Self.mostVariables),
        ]
        for (key, count, most) in counts where count > most {
            report([key], "\(key) has \(count) entries, more than \(most)", fix: "split the job, or shorten the list")
        }
    }

    private mutating func checkUser(_ user: String?) {
        guard let user, user != rules.currentUser else { return }
        guard rules.privileged else {
            return report(
                ["run_as"], "run_as needs a daemon that runs as root, and this one does not",
                fix: "install the privileged set-up (docs/operating.md, run_as), or leave run_as out")
        }
        guard !rules.userExists(user) else { return }
        report(["run_as"], "there is no user named \(user) on this machine", fix: "create it, or write the name of a user in /etc/passwd")
    }

    private mutating func checkVariables(_ variables: [Surroundings.Variable]) {
        for variable in variables { checkName(variable.name, below: "environment") }
    }

    private mutating func checkName(_ name: String, below section: String) {
        guard let complaint = SettingType.TextForm.variable.complaint(about: name) else { return }
        report([section, name], "a key of \(section) \(complaint.problem)", fix: complaint.fix, part: .key)
    }

    private mutating func settings(_ node: ConfigNode, of uses: String) -> ConfigNode {
        guard let kind = rules.kinds[uses] else {
            if !uses.isEmpty { reportUnknownKind(uses) }
            return node
        }
        let (settings, found) = kind.read(node, at: ["with"])
        findings += found
        return settings
    }

    private mutating func reportUnknownKind(_ uses: String) {
        if let broken = rules.brokenKinds[uses] {
            return report(["uses"], "the kind \(uses) cannot be used: \(broken.problem)", fix: broken.fix)
        }
        let names = rules.kinds.keys.sorted()
        let nearest = Suggestion.nearest(to: uses, among: names)
        let list = names.isEmpty ? "no kinds are installed" : "the kinds are \(names.joined(separator: ", "))"
        report(["uses"], "there is no kind named \(uses)", fix: nearest.map { "did you mean \($0)?" } ?? list)
    }

    mutating func report(
        _ path: [String], _ problem: String, fix: String, severity: Finding.Severity = .error, part: Finding.Part = .value,
        offset: Int? = nil
    ) {
        findings.append(Finding(severity, at: path, part: part, offset: offset, problem: problem, fix: fix))
    }
}

extension JobChecks {
    /// The secrets of a job. A value that stands in the file itself is refused and never repeated in a message.
    private mutating func secrets(in node: ConfigNode?) -> [Surroundings.SecretReference] {
        (node?.entries ?? []).compactMap { entry in
            checkName(entry.key, below: "secrets")
            var section = SettingsSection(form(of: entry.value), at: ["secrets", entry.key])
            let source = section.requiredText("from", help: "where the value comes from, as secret:SOURCE")
            let form = section.choice("as", default: Surroundings.SecretReference.Form.file, help: "file or env")
            findings += section.finish()
            guard !source.isEmpty else { return nil }
            let name = String(source.dropFirst(7))
            guard source.hasPrefix("secret:"), SettingType.TextForm.name.complaint(about: name) == nil else {
                report(
                    ["secrets", entry.key], "secrets.\(entry.key) must name where the value comes from, not hold it",
                    fix:
                        "write \(entry.key): secret:\(entry.key.lowercased()) and put the value into a file of that name in the secrets folder"
                )
                return nil
            }
            return Surroundings.SecretReference(name: entry.key, source: name, form: form)
        }
    }

    /// `secret:SOURCE` alone means `{from: secret:SOURCE}`.
    private func form(of node: ConfigNode) -> ConfigNode {
        guard node.entries == nil, node.list == nil else { return node }
        return ConfigNode(.mapping([ConfigNode.Entry(key: "from", value: node)]), at: node.place)
    }
}
