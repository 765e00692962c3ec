/// One parsed cron expression: five, six or seven fields, a nickname, `@every` or `@reboot`.
///
/// Two schedules are equal when they mean the same, however they are spelled: `@daily` equals `0 0 * * *`.
/// The dialect is described in `docs/cron.md`.
public struct CronSchedule: Sendable {
    /// The expression as written.
    public let text: String
    let plan: Plan
    let layout: ExpressionLayout

    /// Longest expression, in bytes of UTF-8.
    public static let maximumLength = 4_096
    /// Most periods of constant offset that one search passes; real zones have fewer than 600 from 1970 to 2199.
    public static let maximumPeriodsSearched = 4_096

    /// What the text means.
    enum Plan: Sendable, Hashable {
        case calendar(Timetable)
        case every(milliseconds: Int64)
        case reboot
    }

    /// Parses an expression.
    /// - Parameter jobName: what `H` draws its values from; the same name gives the same values for ever.
    /// - Throws: the first thing that is wrong, with its column and what to write instead.
    public init(_ text: String, jobName: String = "") throws(CronSyntaxError) {
        self.text = text
        (plan, layout) = try ExpressionParser.parse(text.utf8Span.span, jobName: jobName)
    }

    /// Calendar with its class, `@every`, or `@reboot`.
    public var kind: CronKind {
        switch plan {
        case .calendar(let table): .calendar(table.marks.contains(.interval) ? .interval : .fixedTime)
        case .every(let milliseconds): .every(.milliseconds(milliseconds))
        case .reboot: .reboot
        }
    }
}

extension CronSchedule: Hashable {
    /// Whether both mean the same schedule.
    public static func == (left: CronSchedule, right: CronSchedule) -> Bool { left.plan == right.plan }

    /// Hashes the meaning, not the spelling.
    public func hash(into hasher: inout Hasher) { hasher.combine(plan) }
}
