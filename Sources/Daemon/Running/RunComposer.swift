package import CronSchedule
import FoundationEssentials
import Glibc
import JobKit
package import Runner
package import SchedulerCore

/// Makes the launcher's request out of a job's definition.
package struct RunComposer: Sendable {
    package let state: StateDirectory
    package let catalog: KindCatalog
    package let secrets: SecretStore
    let orders: RunOrders
    private let facts: RunFacts
    /// The verb that runs carry out; nil for what their orders say, or the jobs' own work.
    private let call: VerbRequest?

    package init(state: StateDirectory, catalog: KindCatalog, secrets: SecretStore, facts: RunFacts, call: VerbRequest? = nil) {
        self.state = state
        self.catalog = catalog
        self.secrets = secrets
        self.facts = facts
        orders = RunOrders(state: state)
        self.call = call
    }

    /// - Parameter now: for the deadline that the worker is told.
    package func compose(_ run: Run, of definition: JobDefinition, now: Instant) throws(DaemonError) -> LaunchRequest {
        guard let kind = catalog[definition.kind] else {
            throw DaemonError("there is no kind named \(definition.kind)", fix: "see acore-sched plugins list", category: .notFound)
        }
        var definition = definition
        let order = try orders.read(run.id)
        if let settings = order?.settings { definition.settings = settings }
        var call = call
        if call == nil, let order { call = try Self.call(order, of: kind) }
        let user = try user(for: definition)
        let folder = try state.folder(ofJob: definition.name, owner: user.map { ($0.uid, $0.gid) })
        var request: LaunchRequest
        if let program = kind.program {
            request = programRequest(run, definition: definition, program: program)
        } else {
            request = LaunchRequest(
                run: run.id.rawValue, job: run.job, attempt: run.attempt, mode: .wire,
                arguments: call.map { catalog.command(for: kind.kind, "verb", $0.verb.name) } ?? catalog.command(for: kind.kind, "run"))
            request.standardInput = try wireRequest(run, of: kind, definition: definition, folder: folder, call: call, now: now)
        }
        request.directory = request.directory ?? folder
        request.timeout = definition.timeout
        request.grace = definition.grace
        request.user = user
        request.limits = ResourceLimits(definition.surroundings.limits)
        request.environment = definition.surroundings.environment.map { ($0.name, $0.value) }
        try addSecrets(of: definition, to: &request)
        return request
    }

    private static func call(_ order: RunOrder, of kind: KindDescription) throws(DaemonError) -> VerbRequest? {
        guard let name = order.verb else { return nil }
        guard let verb = kind.verb(name) else {
            throw DaemonError("\(kind.kind) has no verb \(name) any more", fix: "see acore-sched plugins show \(kind.kind)")
        }
        return VerbRequest(verb: verb, arguments: order.arguments)
    }

    private func user(for definition: JobDefinition) throws(DaemonError) -> UserRecord? {
        guard let name = definition.surroundings.runAs else { return nil }
        do {
            return try UserRecord(named: name)
        } catch {
            throw DaemonError("job \(definition.name): \(error)", fix: "correct run_as in the job file")
        }
    }

    private func programRequest(_ run: Run, definition: JobDefinition, program: ProgramRole) -> LaunchRequest {
        let settings = definition.settings
        let shell = settings[program.shell]?.text.map { ["/bin/sh", "-c", $0] }
        let arguments = shell ?? settings[program.argv]?.list?.compactMap(\.scalarText) ?? []
        var request = LaunchRequest(
            run: run.id.rawValue, job: run.job, attempt: run.attempt, mode: .program, arguments: arguments)
        request.directory = settings[program.directory]?.text
        request.standardInput = Array((settings[program.stdin]?.text ?? "").utf8)
        return request
    }

    private func wireRequest(
        _ run: Run, of kind: KindDescription, definition: JobDefinition, folder: String, call: VerbRequest?, now: Instant
    ) throws(DaemonError) -> [UInt8] {
        let request = WireRequest(
            run: run.id.rawValue, job: run.job, attempt: run.attempt, scheduledFor: run.slot?.instant.map(Date.init),
            deadline: definition.timeout.map { Date(now.moved(by: $0)) },
            graceSeconds: Double(definition.grace.wholeMilliseconds) / 1000, stateDirectory: folder, dryRun: run.dryRun,
            settings: definition.settings, verb: call?.verb.name, argv: call?.arguments,
            facts: facts.facts(for: kind, settings: definition.settings, of: run.id, now: now))
        do {
            return Array(try WireCoding.encoder().encode(request)) + [UInt8(ascii: "\n")]
        } catch {
            throw DaemonError(
                "the request for job \(run.job) cannot be written as JSON: \(error)", fix: "look for numbers that are not finite")
        }
    }

    private func addSecrets(of definition: JobDefinition, to request: inout LaunchRequest) throws(DaemonError) {
        for secret in definition.surroundings.secrets {
            let bytes = try secrets.read(secret.source)
            switch secret.form {
            case .file: request.secrets.append(SecretFile(name: secret.name, bytes: bytes))
            case .env:
                let text = bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes
                request.environment.append((secret.name, String(decoding: text, as: UTF8.self)))
            }
        }
    }
}

extension Date {
    init(_ instant: Instant) { self.init(timeIntervalSince1970: Double(instant.milliseconds) / 1000) }
}

extension ResourceLimits {
    init(_ limits: Surroundings.Limits) {
        self.init(
            memoryMax: limits.memoryMax, cpuMax: limits.cpuMax, pidsMax: limits.pidsMax, nice: limits.nice,
            ioClass: limits.ioClass.map { ioClass in
                switch ioClass {
                case .idle: .idle
                case .bestEffort: .bestEffort(level: 4)
                }
            })
    }
}
