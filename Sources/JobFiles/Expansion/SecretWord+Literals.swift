import JobKit
import SchedulerCore

extension SecretWord {
    /// Warnings for variables of a run whose values stand in the job file and look like secrets; the values are not repeated.
    /// - Parameter changes: values that `${…}` brought in, which have their own warning.
    static func literals(in variables: [Surroundings.Variable], but changes: [[String]: NodeExpander.Change]) -> [Finding] {
        variables.filter { !$0.value.isEmpty && isIn($0.name) && changes[["environment", $0.name]] == nil }.map { variable in
            Finding(
                .warning, at: ["environment", variable.name], part: .key,
                problem:
                    "environment.\(variable.name) looks like a secret, and it stands in the job file; "
                    + "the job's definition is then not kept on the disk",
                fix: "write secrets: {\(variable.name): secret:\(variable.name.lowercased())}; "
                    + "the run then finds it as a file in $ACORE_SECRETS_DIR, or with as: env as a variable")
        }
    }
}
