/// Why a point stays.
enum KeepReason: Hashable, CustomStringConvertible {
    /// No rules are set.
    case noRules
    case last(Int)
    case days(Int)
    /// The newest good point of a period.
    case period(CalendarPeriod)
    case minimumGood(Int)
    case pinned(String)
    /// Nothing good has come after it.
    case newerThanGood
    /// A later point of its chain stays, and is restored through it.
    case needed(by: String)
    case fault(String)

    /// A few words, for a table.
    var description: String {
        switch self {
        case .noRules: "no rule is set"
        case .last(let count): "last \(count)"
        case .days(let count): "\(count) days"
        case .period(let period): period.setting
        case .minimumGood(let count): "minimum_good \(count)"
        case .pinned(let reason): reason.isEmpty ? "pinned" : "pinned: \(reason)"
        case .newerThanGood: "no good point after it"
        case .needed(let point): "needed by \(point)"
        case .fault(let problem): problem
        }
    }
}
