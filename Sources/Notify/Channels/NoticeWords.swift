import CronSchedule
import JobKit
import SchedulerCore

/// A notice in words for people, the same in each channel.
struct NoticeWords {
    /// Something that is known of an alert.
    struct Fact: Equatable {
        var name: String
        var value: String
    }

    /// Of the details nobody reads more, in bytes.
    static let detailsBound = 64 * 1024

    let notice: AlertNotice

    init(_ notice: AlertNotice) { self.notice = notice }

    /// How things stand, in capitals.
    var mark: String {
        let severity = notice.severity.rawValue.uppercased()
        return switch notice.occasion {
        case .firing: severity
        case .severity: "NOW \(severity)"
        case .reminder: "STILL \(severity)"
        case .escalation: "\(severity), NOT ACKNOWLEDGED"
        case .resolved: "RESOLVED"
        case .test: "TEST"
        }
    }

    /// One line that says it all.
    var headline: String { "[\(mark)] \(Self.line(notice.summary)) (\(Self.line(notice.host)))" }

    /// More lines; empty for none.
    var details: String {
        // By characters: CR LF is one of them.
        let lines = TextLimit.bytes(Self.detailsBound).cut(notice.details).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).map { Self.line(String($0)) }
        return lines.joined(separator: "\n").trimmingLineEnds
    }

    var facts: [Fact] {
        var facts: [Fact] = []
        func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            facts.append(Fact(name: name, value: Self.line(value)))
        }
        let since = Instant(milliseconds: notice.startedAt).description
        if let members = notice.members {
            add("Alerts", "\(members.count)")
            add("Keys", members.map(\.key).joined(separator: ", "))
            add("Host", notice.host)
            add("Since", since)
            return facts
        }
        add("Job", notice.job)
        add("Check", notice.check)
        add("Target", notice.target)
        add("Host", notice.host)
        add("Value", value)
        add("Since", since)
        add("Ended", notice.endedAt.map { "\(Instant(milliseconds: $0)), after \(Self.span(from: notice.startedAt, to: $0))" })
        add("Run", notice.run?.rawValue)
        add("Acknowledged by", notice.acknowledgedBy)
        add("Notice", notice.sequence > 1 ? "\(notice.sequence)" : nil)
        add("Alert", notice.alert.rawValue)
        return facts
    }

    /// All of it as plain lines.
    var text: String {
        let lines = facts.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        return details.isEmpty ? lines : "\(details)\n\n\(lines)"
    }

    private var value: String? {
        guard let value = notice.value, value.isFinite else { return nil }
        let thresholds = [("warning", notice.warning), ("critical", notice.critical)].compactMap { name, threshold in
            threshold.flatMap { $0.isFinite ? "\(name) at \(number($0))" : nil }
        }
        return number(value) + (thresholds.isEmpty ? "" : " (\(thresholds.joined(separator: ", ")))")
    }

    private func number(_ value: Double) -> String { value.plainText + (notice.unit.map { $0.isEmpty ? "" : " \($0)" } ?? "") }

    private static func span(from start: Int64, to end: Int64) -> String {
        Duration.seconds(max(0, end - start) / 1000).settingText
    }

    /// Text without what moves a cursor, ends a line or turns the writing around.
    static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0x202a...0x202e, 0x2066...0x2069: "\u{fffd}"
                    case _ where [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory): " "
                    default: scalar
                    }
                }))
    }
}

extension String {
    fileprivate var trimmingLineEnds: String { String(reversed().drop { $0 == "\n" || $0 == " " }.reversed()) }
}
