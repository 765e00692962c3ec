package import CronSchedule
import JobKit

/// What the keys of a job file mean, in words.
extension JobDefinition {
    package var overlapWords: String {
        switch overlap {
        case .skip: "skip: a slot that comes due while a run goes on is skipped"
        case .queue: "queue: a slot that comes due while a run goes on waits for its end; at most one waits"
        case .replace: "replace: a slot that comes due while a run goes on stops that run and takes its place"
        case .allow: "allow: runs go on beside each other"
        }
    }

    package var catchUpWords: String {
        let within = "within \(catchUp.deadline.settingText)"
        return switch catchUp.mode {
        case .none: "none: missed slots do not run"
        case .last: "last: of missed slots the latest one runs, \(within)"
        case .all: "all: missed slots run, the latest \(catchUp.max) of them, \(within)"
        }
    }

    /// Nil without `after:`.
    package var afterWords: String? {
        guard !after.isEmpty else { return nil }
        let jobs = after.joined(separator: ", ")
        return timing.schedules.isEmpty
            ? "runs when \(jobs) succeeded since its last start"
            : "a slot waits until \(jobs) succeeded since its last start, at most \(catchUp.deadline.settingText)"
    }

    /// Nil without further attempts.
    package var retryWords: String? {
        guard retry.attempts > 1 else { return nil }
        return
            "up to \(retry.attempts) attempts, \(retry.backoff.rawValue) pauses from \(retry.initial.settingText) to \(retry.max.settingText)"
    }

    /// Nil without a group.
    package func groupWords(limits: Admission.Limits) -> String? {
        group.map { name in
            let limit = limits.groups[name] ?? 1
            return "\(name): at most \(limit) run\(limit > 1 ? "s" : "") of the group at a time"
        }
    }
}

extension CronKind {
    /// Its class in words.
    package var classWords: String {
        switch self {
        case .calendar(.fixedTime): "fixed-time: runs right after a gap of the clock, and once in a repeated hour"
        case .calendar(.interval): "interval: keeps its beat over changes of the clock"
        case .every: "elapsed time: knows no calendar and no zone"
        case .reboot: "boot: once after each start of the machine"
        }
    }

    /// Its class in one word.
    package var className: String {
        switch self {
        case .calendar(let kind): kind.rawValue
        case .every: "elapsed"
        case .reboot: "boot"
        }
    }
}
