import JobFiles
package import SchedulerCore

extension ZoneCatalog {
    /// Why a job has no timetable.
    private struct Refusal: Error {
        let problem: String
    }

    /// The jobs that a load found, with their timetables.
    /// - Parameter known: jobs in force; one that says the same is taken as it is.
    /// - Returns: jobs by their names, and what keeps others out.
    package func scheduledJobs(
        in definitions: [String: JobDefinition], known: [String: ScheduledJob] = [:]
    ) -> (jobs: [String: ScheduledJob], problems: [String]) {
        let all = Array(definitions)
        let found = mapInParallel(all) { name, definition in
            if let job = known[name], job.definition == definition { return Result<ScheduledJob, Refusal>.success(job) }
            do {
                return .success(try ScheduledJob(definition: definition, zone: try zone(definition.timing.timezone)))
            } catch {
                return .failure(Refusal(problem: "job \(name): \(error)"))
            }
        }
        var jobs = [String: ScheduledJob](minimumCapacity: definitions.count)
        var problems: [String] = []
        for (entry, result) in zip(all, found) {
            switch result {
            case .success(let job): jobs[entry.key] = job
            case .failure(let refusal): problems.append(refusal.problem)
            }
        }
        return (jobs, problems.sorted())
    }
}
