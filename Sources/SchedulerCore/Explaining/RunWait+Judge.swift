import CronSchedule

extension RunWait {
    /// What a run that was claimed waits for; empty when it may start at once, or does not wait.
    static func judge(_ run: Run, facts: ExplanationFacts) -> [RunWait] {
        var waits: [RunWait] = facts.hasDaemon ? [] : [.daemon]
        if run.state == .retrying {
            if let retryAt = run.retryAt { waits.insert(.moment(retryAt), at: 0) }
            return waits
        }
        guard run.state == .due else { return [] }
        let open = facts.surroundings.open
        let waiting = open.filter { $0.state == .due }.sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
        let live = open.filter(\.state.isLive)
        let judged = Admission(limits: facts.surroundings.limits).judged(
            waiting: waiting.map { candidate($0, facts) }, live: live.map { candidate($0, facts) },
            pausing: open.filter { $0.state == .retrying }.map { candidate($0, facts) })
        guard let obstacle = judged.first(where: { $0.run == run.id })?.obstacle else { return waits }
        waits.append(wait(for: obstacle, run: run, live: live, facts: facts))
        return waits
    }

    private static func wait(for obstacle: Admission.Obstacle, run: Run, live: [Run], facts: ExplanationFacts) -> RunWait {
        switch obstacle {
        case .limit: .limit(facts.surroundings.limits.runs)
        case .catchUps: .catchUps(live.filter { $0.trigger == .catchUp }.map(\.id).sorted())
        case .group(let name):
            .group(name, live.filter { facts.surroundings.definitions[$0.job]?.group == name }.map(\.id).sorted())
        case .job:
            .earlier(
                facts.surroundings.open.filter { other in
                    other.job == run.job && other.id != run.id && (other.state != .due || (other.dueAt, other.id) < (run.dueAt, run.id))
                }.map(\.id).sorted())
        }
    }

    private static func candidate(_ run: Run, _ facts: ExplanationFacts) -> Admission.Candidate {
        let definition = run.job == facts.job ? facts.scheduled?.definition : facts.surroundings.definitions[run.job]
        return Admission.Candidate(
            run: run.id, job: run.job, trigger: run.trigger, group: definition?.group, overlap: definition?.overlap ?? .allow)
    }
}
