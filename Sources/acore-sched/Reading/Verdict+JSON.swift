import CronSchedule
import SchedulerCore

/// Verdicts as programs read them.
extension Verdict {
    var word: String {
        switch self {
        case .ran: "ran"
        case .caughtUp: "caught_up"
        case .waiting, .awaits: "waiting"
        case .skipped, .silent: "skipped"
        case .missed: "missed"
        case .undecided: "undecided"
        case .notDue: "not_due"
        case .willNotRun: "will_not_run"
        case .noSlot: "no_slot"
        case .noSchedule: "no_schedule"
        case .notOwed: "not_owed"
        case .pruned: "pruned"
        case .unknown: "unknown"
        }
    }

    /// The word that says more; nil where there is none.
    var reason: String? {
        switch self {
        case .skipped(let reason, _), .silent(let reason, _): reason.rawValue
        case .missed(let reason, _): reason.rawValue
        case .undecided(let undecided): undecided.word
        case .willNotRun(let obstacle): obstacle.word
        case .waiting(_, let waits): waits.first?.word ?? "start"
        case .awaits: "condition"
        case .notOwed(let reason): reason.word
        case .pruned(let pruned): pruned.word
        case .unknown(let gap): gap.word
        case .ran, .caughtUp, .notDue, .noSlot, .noSchedule: nil
        }
    }

    var dueAt: Instant? {
        switch self {
        case .notDue(let dueAt): dueAt
        case .ran, .caughtUp, .waiting, .awaits, .skipped, .silent, .missed, .undecided, .willNotRun, .noSlot, .noSchedule, .notOwed,
            .pruned, .unknown:
            nil
        }
    }

    var run: Run? {
        switch self {
        case .ran(_, let run), .caughtUp(_, let run), .noSchedule(let run): run
        case .waiting, .awaits, .skipped, .silent, .missed, .undecided, .notDue, .willNotRun, .noSlot, .notOwed, .pruned, .unknown: nil
        }
    }

    /// The slots around a moment that has none.
    var neighbours: (before: Instant?, after: Instant?) {
        switch self {
        case .noSlot(let before, let after, _): (before, after)
        case .ran, .caughtUp, .waiting, .awaits, .skipped, .silent, .missed, .undecided, .notDue, .willNotRun, .noSchedule, .notOwed,
            .pruned, .unknown:
            (nil, nil)
        }
    }
}

extension Verdict.Undecided {
    fileprivate var word: String {
        switch self {
        case .byDaemon: "daemon"
        case .willBeCaughtUp: "will_be_caught_up"
        case .willBeMissed: "will_be_missed"
        case .otherTimetable: "other_timetable"
        }
    }
}

extension Verdict.Obstacle {
    fileprivate var word: String {
        switch self {
        case .disabled: "disabled"
        case .paused: "paused"
        case .servedBefore: "served_before"
        case .noFile: "no_file"
        case .fileError: "file_error"
        }
    }
}

extension Verdict.NotOwed {
    fileprivate var word: String {
        switch self {
        case .addedLater: "added_later"
        case .removed: "removed"
        case .changedLater: "changed_later"
        case .beforeLedger: "before_ledger"
        }
    }
}

extension Verdict.Pruned {
    fileprivate var word: String {
        switch self {
        case .age: "age"
        case .number: "number"
        }
    }
}

extension Verdict.Gap {
    fileprivate var word: String {
        switch self {
        case .noLedger: "no_ledger"
        case .setAside: "set_aside"
        case .neverSeen: "never_seen"
        case .beforeFirstRow: "before_first_row"
        case .noRow: "no_row"
        case .noDefinition: "no_definition"
        case .fileError: "file_error"
        }
    }
}

extension RunWait {
    fileprivate var word: String {
        switch self {
        case .moment: "retry"
        case .earlier: "overlap"
        case .group: "group"
        case .catchUps: "catch_up_limit"
        case .limit: "limit"
        case .daemon: "daemon"
        }
    }
}
