import SchedulerCore

/// Definitions in the file of kept definitions. Who adds a property to a definition adds it here, in the same order on both
/// sides, and raises ``DefinitionCache/format``; a test counts the properties.
extension ByteWriter {
    mutating func write(_ job: JobDefinition) {
        write(job.name)
        write(job.description) { $0.write($1) }
        write(job.kind)
        write(job.timing.schedules) { $0.write($1) }
        write(job.timing.timezone) { $0.write($1) }
        write(job.timing.dstGap)
        write(job.timing.jitter)
        write(job.enabled)
        write(job.after) { $0.write($1) }
        write(job.overlap)
        write(job.catchUp.mode)
        write(job.catchUp.max)
        write(job.catchUp.deadline)
        write(job.timeout) { $0.write($1) }
        write(job.grace)
        write(job.retry.attempts)
        write(job.retry.backoff)
        write(job.retry.initial)
        write(job.retry.max)
        write(job.group) { $0.write($1) }
        write(job.surroundings)
        write(job.notices.occasions) { $0.write($1) }
        write(job.notices.channels) { $0.write($1) }
        write(job.notices.heartbeat) { $0.write($1) }
        write(job.alerts)
        write(job.history.keep)
        write(job.history.maxAge)
        write(job.dryRun)
        write(job.settings)
    }

    private mutating func write(_ alerts: AlertSettings) {
        write(alerts.duration) { $0.write($1) }
        write(alerts.results) { $0.write($1) }
        write(alerts.unknown) { $0.write($1) }
        write(alerts.clear) { $0.write($1) }
        write(alerts.clearResults) { $0.write($1) }
        write(alerts.reminder) { $0.write($1) }
        write(alerts.late) { $0.write($1) }
        write(alerts.slow) { $0.write($1) }
        write(alerts.unit) { $0.write($1) }
        write(alerts.parents) { $0.write($1) }
    }

    private mutating func write(_ surroundings: Surroundings) {
        write(surroundings.runAs) { $0.write($1) }
        write(surroundings.limits.memoryMax) { $0.write($1) }
        write(surroundings.limits.cpuMax) { $0.write($1) }
        write(surroundings.limits.pidsMax) { $0.write($1) }
        write(surroundings.limits.nice) { $0.write($1) }
        write(surroundings.limits.ioClass) { $0.write($1) }
        write(surroundings.environment) { writer, variable in
            writer.write(variable.name)
            writer.write(variable.value)
        }
        write(surroundings.secrets) { writer, secret in
            writer.write(secret.name)
            writer.write(secret.source)
            writer.write(secret.form)
        }
    }
}

extension ByteReader {
    mutating func definition() throws(DamagedBytes) -> JobDefinition {
        var job = JobDefinition(name: try text(), kind: "")
        job.description = try optionalText()
        job.kind = try text()
        job.timing.schedules = try texts()
        job.timing.timezone = try optionalText()
        job.timing.dstGap = try word()
        job.timing.jitter = try duration()
        job.enabled = try flag()
        job.after = try texts()
        job.overlap = try word()
        job.catchUp.mode = try word()
        job.catchUp.max = try int()
        job.catchUp.deadline = try duration()
        job.timeout = try optional { reader throws(DamagedBytes) in try reader.duration() }
        job.grace = try duration()
        job.retry.attempts = try int()
        job.retry.backoff = try word()
        job.retry.initial = try duration()
        job.retry.max = try duration()
        job.group = try optionalText()
        job.surroundings = try surroundings()
        job.notices.occasions = try list { reader throws(DamagedBytes) in try reader.word() }
        job.notices.channels = try texts()
        job.notices.heartbeat = try optionalText()
        job.alerts = try alerts()
        job.history.keep = try int()
        job.history.maxAge = try duration()
        job.dryRun = try flag()
        job.settings = try node()
        return job
    }

    private mutating func alerts() throws(DamagedBytes) -> AlertSettings {
        var alerts = AlertSettings()
        alerts.duration = try optionalDuration()
        alerts.results = try optional { reader throws(DamagedBytes) in try reader.int() }
        alerts.unknown = try optionalDuration()
        alerts.clear = try optionalDuration()
        alerts.clearResults = try optional { reader throws(DamagedBytes) in try reader.int() }
        alerts.reminder = try optionalDuration()
        alerts.late = try optionalDuration()
        alerts.slow = try optionalDuration()
        alerts.unit = try optionalText()
        alerts.parents = try texts()
        return alerts
    }

    private mutating func optionalDuration() throws(DamagedBytes) -> Duration? {
        try optional { reader throws(DamagedBytes) in try reader.duration() }
    }

    private mutating func surroundings() throws(DamagedBytes) -> Surroundings {
        var surroundings = Surroundings()
        surroundings.runAs = try optionalText()
        surroundings.limits.memoryMax = try optional { reader throws(DamagedBytes) in try reader.integer() }
        surroundings.limits.cpuMax = try optional { reader throws(DamagedBytes) in try reader.int() }
        surroundings.limits.pidsMax = try optional { reader throws(DamagedBytes) in try reader.int() }
        surroundings.limits.nice = try optional { reader throws(DamagedBytes) in try reader.int() }
        surroundings.limits.ioClass = try optional { reader throws(DamagedBytes) in try reader.word() }
        surroundings.environment = try list { reader throws(DamagedBytes) in
            Surroundings.Variable(name: try reader.text(), value: try reader.text())
        }
        surroundings.secrets = try list { reader throws(DamagedBytes) in
            Surroundings.SecretReference(name: try reader.text(), source: try reader.text(), form: try reader.word())
        }
        return surroundings
    }

    private mutating func optionalText() throws(DamagedBytes) -> String? {
        try optional { reader throws(DamagedBytes) in try reader.text() }
    }

    private mutating func texts() throws(DamagedBytes) -> [String] {
        try list { reader throws(DamagedBytes) in try reader.text() }
    }
}
