import Testing

@testable import SchedulerCore

/// The small values of channels: addresses, templates, hours.
@Suite struct ChannelValueTests {
    @Test(arguments: [
        ("ops@example.org", "", "ops@example.org"), ("  ops@localhost ", "", "ops@localhost"),
        ("Night watch <ops@example.org>", "Night watch", "ops@example.org"),
        ("\"Watch, night\" <o+p.s@a-b.example>", "Watch, night", "o+p.s@a-b.example"),
        ("Zoë <z@example.org>", "Zoë", "z@example.org"), ("<ops@example.org>", "", "ops@example.org"),
        ("x!#$%&'*+-/=?^_`{|}~@a", "", "x!#$%&'*+-/=?^_`{|}~@a"),
    ])
    func addressesAreRead(_ text: String, _ name: String, _ address: String) throws {
        let read = try MailAddress(text)
        #expect(read.name == name && read.address == address)
    }

    @Test(arguments: [
        "", "ops", "@example.org", "ops@", "ops@@example.org", "a b@example.org", "ops@example..org", "ops@-a.org", "ops@a-.org",
        ".ops@example.org",
        "ops.@example.org", "öps@example.org", "ops@exämple.org", "ops@example.org>", "<ops@example.org", "a<b>c<ops@example.org>",
        "ops@example.org\r\nBcc: evil@example.org", "Name\n <ops@example.org>", "Name <ops@example.org>\r\n",
        "ops@example.org,evil@example.org",
        "ops@example.org evil@example.org", "<ops@example.org> RCPT TO:<evil@example.org>", "\"a b\"@example.org", "ops@[127.0.0.1]",
        "\"a\"b\" <ops@example.org>", "ops@example.org\u{0}", String(repeating: "x", count: 65) + "@example.org",
        "ops@" + String(repeating: "x", count: 64) + ".org", String(repeating: "x", count: 129) + " <ops@example.org>",
    ])
    func whatIsNoAddressIsRefused(_ text: String) {
        #expect(throws: MailAddress.Complaint.self) { try MailAddress(text) }
    }

    private func notice(summary: String) -> AlertNotice {
        var notice = AlertNotice.test(of: "ops", id: RunID(milliseconds: 0), host: "h", now: 1_796_061_000_000)
        notice.summary = summary
        return notice
    }

    @Test(arguments: [
        (#"{"a": "{{summary}}"}"#, NoticeTemplate.Escaping.json, "x\"\\\n\u{1}\u{2028}ü", #"{"a": "x\"\\\n\u0001\u2028ü"}"#),
        ("t={{ summary }}&n={{sequence}}", .form, "a b&c=ü~", "t=a%20b%26c%3D%C3%BC~&n=1"),
        ("{{summary}}", .plain, "{{host}} \"x\"", "{{host}} \"x\""), ("{{value}}/{{unit}}/{{ended_at}}", .json, "", "null//"),
        ("{{value}}{{unit}}{{ended_at}}", .plain, "", ""),
        ("{{started_at}} {{status}} {{occasion}}", .plain, "", "2026-11-30T17:50:00Z firing test"),
        ("no field } {", .json, "", "no field } {"),
    ])
    func partsAreWrittenSoThatTheyChangeNothing(
        _ text: String, _ escaping: NoticeTemplate.Escaping, _ summary: String, _ expected: String
    ) throws {
        #expect(try NoticeTemplate(text).filled(from: notice(summary: summary), escaping: escaping) == expected)
    }

    @Test(arguments: [
        ("a {{", "has a {{ without its }}", 2), ("ü{{summary}} {{sumary}}", "names no part of a notice with {{sumary}}", 13),
        ("{{}}", "names no part of a notice with {{}}", 0),
    ])
    func whatIsNoTemplateIsRefused(_ text: String, _ problem: String, _ offset: Int) {
        let complaint = #expect(throws: NoticeTemplate.Complaint.self) { try NoticeTemplate(text) }
        #expect(complaint?.problem == problem && complaint?.offset == offset)
    }

    @Test(arguments: [
        ("application/json", NoticeTemplate.Escaping.json), ("Application/JSON; charset=utf-8", .json),
        ("application/cloudevents+json", .json),
        ("application/x-www-form-urlencoded", .form), ("text/plain", .plain), ("application/jsonlines", .plain),
    ])
    func theMediaTypeSaysHowToEscape(_ type: String, _ expected: NoticeTemplate.Escaping) {
        #expect(NoticeTemplate.Escaping(contentType: type) == expected)
    }

    @Test(arguments: [
        ("22:00", 1320), ("7:05", 425), ("00:00", 0), ("23:59", 1439), ("24:00", nil), ("12:60", nil), ("12", nil), ("12:5", nil),
        ("-1:00", nil),
        ("1:00:00", nil), ("", nil), ("١:٠٠", nil),
    ])
    func timesOfTheDayAreRead(_ text: String, _ expected: Int?) { #expect(QuietHours.minutes(text) == expected) }

    @Test func hoursMayGoOverMidnight() {
        let night = QuietHours(from: 1320, to: 420)
        #expect([1319, 1320, 1439, 0, 419, 420].map(night.contains) == [false, true, true, true, true, false])
        let noon = QuietHours(from: 720, to: 780)
        #expect([719, 720, 779, 780].map(noon.contains) == [false, true, true, false])
        #expect(!QuietHours(from: 60, to: 60).contains(minute: 60))
    }
}
