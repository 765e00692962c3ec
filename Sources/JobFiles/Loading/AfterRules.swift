import JobKit
import SchedulerCore

/// The rules of `after` that need all files: every name is a job, and nobody waits for himself.
struct AfterRules {
    /// Names of all jobs, those of files with errors too.
    let known: Set<String>
    let definitions: [String: JobDefinition]

    /// What is wrong, by the job whose file says so.
    func findings() -> [String: [Finding]] {
        var found: [String: [Finding]] = [:]
        for (name, job) in definitions {
            for (index, other) in job.after.enumerated() where !known.contains(other) {
                found[name, default: []].append(unknown(other, at: path(index, in: job)))
            }
        }
        for (name, index, cycle) in cycles() {
            guard let job = definitions[name] else { continue }
            found[name, default: []].append(
                Finding(
                    .error, at: path(index, in: job), problem: "\(name) waits for itself: \(cycle.joined(separator: " after "))",
                    fix: "take one of these jobs out of the after of another"))
        }
        return found
    }

    private func unknown(_ other: String, at path: [String]) -> Finding {
        let nearest = Suggestion.nearest(to: other, among: known.sorted())
        return Finding(
            .error, at: path, problem: "there is no job named \(other)",
            fix: nearest.map { "did you mean \($0)?" } ?? "name a job by its file's name without .yaml")
    }

    /// A lone name may stand for a list of one; then the value itself is meant.
    private func path(_ index: Int, in job: JobDefinition) -> [String] { ["after", String(index)] }

    /// Every job on a circle, with the position in its `after` that leads on and the circle from itself to itself.
    private func cycles() -> [(job: String, index: Int, circle: [String])] {
        definitions.keys.sorted().compactMap { name in
            guard let circle = circle(from: name), circle.count > 1, let index = definitions[name]?.after.firstIndex(of: circle[1]) else {
                return nil
            }
            return (name, index, circle)
        }
    }

    /// The shortest way from a job back to itself.
    private func circle(from start: String) -> [String]? {
        guard let first = definitions[start]?.after, !first.isEmpty else { return nil }
        var cameFrom: [String: String] = [:]
        var queue = [start]
        var position = 0
        while position < queue.count {
            let job = queue[position]
            position += 1
            for next in definitions[job]?.after ?? [] {
                if next == start { return way(to: job, from: start, by: cameFrom) + [start] }
                if cameFrom[next] == nil, next != start {
                    cameFrom[next] = job
                    queue.append(next)
                }
            }
        }
        return nil
    }

    private func way(to end: String, from start: String, by cameFrom: [String: String]) -> [String] {
        var way = [end]
        while let last = way.last, last != start, let before = cameFrom[last] { way.append(before) }
        return way.reversed()
    }
}
