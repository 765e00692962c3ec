package import ControlAPI
package import ControlClient
import JobFiles
import JobKit
import SchedulerCore

extension DaemonControl {
    package func isActing(_ call: KindRequest) -> Bool { verb(of: call)?.mode == .acting }

    package func read(_ call: KindRequest) async throws(ControlFailure) -> ControlAnswer {
        guard site.catalog[call.kind] != nil else {
            let problem = site.catalog.brokenKinds[call.kind]
            throw ControlFailure(
                problem?.problem ?? "the daemon has no kind named \(call.kind)",
                fix: problem?.fix ?? "see acore-sched plugins list; the daemon looks at its plugins when it starts", category: .usage)
        }
        return try ReadingVerbs(locations: site.locations).process(for: call).answer
    }

    package func act(_ call: KindRequest) async throws(ControlFailure) -> RunJSON {
        let order = RunOrder(verb: call.verb, arguments: call.arguments)
        let orders = orders
        do throws(DaemonError) {
            let job = try await job(for: call)
            return RunJSON(
                try await loop.requestRun(job, dryRun: call.dryRun) { id throws(DaemonError) in try orders.keep(order, of: id) })
        } catch {
            throw ControlFailure(error)
        }
    }

    private func verb(of call: KindRequest) -> VerbDescription? { call.verb.flatMap { site.catalog[call.kind]?.verb($0) } }

    /// The job in force whose settings hold.
    private func job(for call: KindRequest) async throws(DaemonError) -> String {
        let choice = VerbJob(kind: call.kind, kinds: site.catalog.kinds, folder: site.locations.jobsDirectory)
        let scheduler = await loop.snapshot
        guard let name = call.job else {
            return try choice.only(among: scheduler.jobNames.compactMap { scheduler.definition(of: $0) }).name
        }
        guard let definition = scheduler.definition(of: name) else {
            throw DaemonError(
                "the daemon has no job named \(name) in force", fix: "see acore-sched list, and acore-sched validate", category: .notFound)
        }
        return try choice.checked(definition).name
    }
}
