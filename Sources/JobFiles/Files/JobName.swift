import JobKit

/// What the name of a file says: whether it is a job file, and the job's name.
enum JobName: Hashable {
    /// A job file with a proper name.
    case job(String)
    /// Not meant for us: hidden files, editors' backups, other endings.
    case none
    /// Nearly a job file.
    case refused(Finding.Severity, problem: String, fix: String)

    init(file name: String) {
        let lower = name.lowercased()
        if name.hasPrefix(".") || name.hasPrefix("#") || name.hasSuffix("~") {
            self = .none
        } else if name.hasSuffix(".yaml") {
            let job = String(name.dropLast(5))
            if SettingType.TextForm.name.complaint(about: job) == nil {
                self = .job(job)
            } else {
                self = .refused(
                    .error, problem: "the name of the file is no name for a job",
                    fix: "rename it: letters, digits, '.', '_' and '-' before .yaml, at most 64, not beginning with '.' or '-'")
            }
        } else if lower.hasSuffix(".yml") || lower.hasSuffix(".yaml") {
            self = .refused(.warning, problem: "the file is not read: job files end in .yaml", fix: "rename it to end in .yaml")
        } else {
            self = .none
        }
    }
}
