import JobKit

/// The words after `explain`.
struct ExplainOptions {
    let checks: [any HealthCheck]
    let isJSON: Bool

    /// - Parameter all: the checks of the job.
    init(_ arguments: [String], checks all: [any HealthCheck]) throws(JobFailure) {
        var names: [String] = []
        var isJSON = false
        for word in arguments {
            if word == "--json" {
                isJSON = true
            } else if word.hasPrefix("-") {
                throw Self.usage("health explain has no option \(word)", fix: "it has --json")
            } else {
                names.append(word)
            }
        }
        let known = all.map(\.name)
        if let stranger = names.first(where: { !known.contains($0) }) {
            throw Self.usage("the job has no check \(stranger)", fix: "its checks are \(known.joined(separator: ", "))")
        }
        self.isJSON = isJSON
        checks = names.isEmpty ? all : all.filter { names.contains($0.name) }
    }

    private static func usage(_ problem: String, fix: String) -> JobFailure {
        JobFailure(problem, in: "arguments", fix: fix, retry: .cannotHelp)
    }
}
