import CronSchedule

@testable import SchedulerCore

/// Notices as the daemon makes them, and one as nobody should.
enum Notices {
    static let delivery = id("01KBBBBBBBBBBBBBBBBBBBBBB1")
    static let alert = id("01KBAAAAAAAAAAAAAAAAAAAAA1")
    /// 2026-11-30T17:50:00Z, in milliseconds.
    static let start: Int64 = 1_796_061_000_000
    static let now: Int64 = start + 65_000

    static func id(_ text: String) -> RunID { RunID(rawValue: text) ?? RunID(milliseconds: 0) }

    static func disk(
        _ occasion: AlertNotice.Occasion = .firing, severity: AlertNotice.Severity = .critical, sequence: Int = 1, endedAt: Int64? = nil
    ) -> AlertNotice {
        AlertNotice(
            delivery: sequence == 1 ? delivery : id("01KBBBBBBBBBBBBBBBBBBBBBB\(sequence)"), alert: alert, key: "health/disk_space/srv",
            occasion: occasion, severity: severity, job: "health", check: "disk_space", target: "/srv", summary: "/srv is 96 % full",
            details: "used 961 GB of 1 TB\nfull in 3 h at this rate", value: 96, unit: "%", warning: 90, critical: 95, startedAt: start,
            endedAt: endedAt, host: "bot.example.org", sequence: sequence, run: id("01KBCCCCCCCCCCCCCCCCCCCCC1"), acknowledgedBy: nil)
    }

    static var resolved: AlertNotice { disk(.resolved, sequence: 3, endedAt: start + 5_430_000) }

    static var failure: AlertNotice {
        var notice = disk(severity: .warning)
        (notice.key, notice.job, notice.check, notice.target) = ("nightly_backup/failure", "nightly_backup", nil, nil)
        (notice.summary, notice.details) = ("nightly_backup failed: exit code 1", "")
        (notice.value, notice.unit, notice.warning, notice.critical) = (nil, nil, nil, nil)
        return notice
    }

    /// Texts that try to become something else wherever they are put.
    static var hostile: AlertNotice {
        var notice = disk()
        let poison =
            "x\r\nBcc: evil@example.org\r\n\r\n<!channel> @everyone [a](http://evil) \"}]}, \\ {{host}} ```\u{202e}\u{0}\u{1b}[2J ünï 👩‍👩‍👧‍👦 =?utf-8?B?eA==?="
        (notice.summary, notice.details) = (poison, ".\r\n..\r\nQUIT\r\n.\n\(poison)\n``` ````\n.")
        (notice.key, notice.job, notice.check, notice.target) = (poison, poison, poison, poison)
        (notice.host, notice.unit, notice.acknowledgedBy) = (poison, poison, poison)
        (notice.value, notice.warning, notice.critical) = (.infinity, .nan, -0.0)
        return notice
    }

    /// More than any receiver takes.
    static var long: AlertNotice {
        var notice = disk()
        let family = "👩‍👩‍👧‍👦"
        notice.summary = String(repeating: family + "ü<&_", count: 2000)
        notice.details = String(repeating: "line \(family) & <more> `code`\n", count: 20_000)
        (notice.job, notice.check, notice.target) = (notice.summary, notice.summary, notice.summary)
        (notice.host, notice.acknowledgedBy) = (notice.summary, notice.summary)
        return notice
    }

    /// Two alerts in one delivery, one of which is over by then.
    static var group: AlertNotice {
        var other = failure
        (other.alert, other.delivery) = (id("01KBAAAAAAAAAAAAAAAAAAAAA2"), id("01KBBBBBBBBBBBBBBBBBBBBBB7"))
        var over = other
        (over.occasion, over.sequence, over.endedAt, over.summary) = (.resolved, 2, start + 12_000, "nightly_backup succeeded")
        let rows = [disk(), other, over].enumerated().map { index, notice in
            var row = OutboxRow(
                notice: notice, channel: "ops", createdAt: Instant(milliseconds: start), nextAttempt: Instant(milliseconds: start))
            row.number = Int64(index)
            return row
        }
        return NoticeGroup(leader: rows[0], members: Array(rows[1...])).notice
    }

    static var all: [(name: String, notice: AlertNotice)] {
        [
            ("firing", disk()), ("severity", disk(.severity, severity: .warning, sequence: 2)), ("reminder", disk(.reminder, sequence: 2)),
            ("escalation", disk(.escalation, sequence: 2)), ("resolved", resolved), ("failure", failure),
            ("test", .test(of: "ops", id: alert, host: "bot.example.org", now: start)), ("hostile", hostile), ("group", group),
        ]
    }
}
