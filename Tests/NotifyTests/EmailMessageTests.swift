import CronSchedule
import Foundation
import SchedulerCore
import Testing

@testable import Notify

/// Messages as Python's own library reads them.
@Suite struct EmailMessageTests {
    struct Mail {
        let headers: [(name: String, value: String)]
        let object: [String: Any]

        init(_ bytes: [UInt8]) throws {
            let folder = try PythonServer.scratch()
            let file = folder.appending(path: "mail.eml")
            try Data(bytes).write(to: file)
            try self.init(file: file)
            try FileManager.default.removeItem(at: folder)
        }

        init(file: URL) throws {
            let text = try PythonServer.run(["python3", "\(PythonServer.root)/Tests/Servers/read-mail", file.path])
            object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            headers = try #require(object["headers"] as? [[String]]).map { ($0[0], $0[1]) }
        }

        subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
        var body: String { object["body"] as? String ?? "" }
        var names: [String] { headers.map(\.name) }
        func pairs(_ key: String) -> [[String]] { object[key] as? [[String]] ?? [] }
    }

    private func address(_ text: String) throws -> MailAddress { try MailAddress(text) }

    private func message(_ notice: AlertNotice, from: String = "Night watch <acore@bot.example.org>") throws -> EmailMessage {
        EmailMessage(
            notice: notice, channel: "ops", from: try address(from),
            to: [try address("ops@example.org"), try address("Zoë Ünlü <zoe@example.org>")],
            now: Notices.now)
    }

    private func expectGoodForm(_ mail: Mail, _ name: String) {
        #expect(mail.object["defects"] as? [String] == [], "\(name)")
        #expect((mail.object["longest"] as? Int).map { $0 <= 78 } == true, "\(name) \(mail.object["longest"] ?? 0)")
        #expect(mail.object["is_ascii"] as? Bool == true && mail.object["bare_line_ends"] as? Int == 0, "\(name)")
        #expect(mail.object["type"] as? String == "text/plain", "\(name)")
        #expect(mail.pairs("from") == [["Night watch", "acore@bot.example.org"]], "\(name)")
        #expect(mail.pairs("to") == [["", "ops@example.org"], ["Zoë Ünlü", "zoe@example.org"]], "\(name)")
        #expect(mail.object["date"] as? String == "2026-11-30T17:51:05+00:00", "\(name)")
    }

    @Test func everyNoticeIsAMessageWithoutDefects() throws {
        for (name, notice) in Notices.all + [("long", Notices.long)] {
            let mail = try Mail(try message(notice).bytes)
            expectGoodForm(mail, name)
            let expected = TextLimit.units(200).cut(EncodedHeader.oneLine(NoticeWords(notice).headline))
            #expect(mail["Subject"] == expected, "\(name)")
            #expect(Set(mail.names).count == mail.names.count, "\(name)")
        }
    }

    @Test func nothingInATextBeginsAHeader() throws {
        let mail = try Mail(try message(Notices.hostile).bytes)
        #expect(
            mail.names == [
                "From", "To", "Subject", "Date", "Message-ID", "X-Acore-Sched-Delivery", "Importance", "Auto-Submitted", "MIME-Version",
                "Content-Type", "Content-Transfer-Encoding",
            ])
        #expect(mail["Subject"]?.hasPrefix("[CRITICAL] x Bcc: evil@example.org <!channel>") == true)
        // Lines that are dots, and one that could be a command, arrive as they are.
        #expect(mail.body.contains("\n.\n") && mail.body.contains("\n..") && mail.body.contains("\nQUIT"))
    }

    @Test func laterMessagesAnswerTheFirst() throws {
        let first = try Mail(try message(Notices.disk()).bytes)
        let root = "<01KBAAAAAAAAAAAAAAAAAAAAA1.alert.ops@bot.example.org>"
        #expect(first["Message-ID"] == root && first["In-Reply-To"] == nil && first["References"] == nil)
        for notice in [Notices.disk(.reminder, sequence: 2), Notices.resolved] {
            let mail = try Mail(try message(notice).bytes)
            #expect(mail["Message-ID"] == "<\(notice.delivery).notice.ops@bot.example.org>")
            #expect(mail["In-Reply-To"] == root && mail["References"] == root)
        }
        #expect(try message(Notices.resolved).messageID == message(Notices.resolved).messageID)
    }

    @Test func aMessageAboutSeveralAlertsIsInTheThreadOfEach() throws {
        let group = Notices.group
        let mail = try Mail(try message(group).bytes)
        let roots = [1, 2].map { "<01KBAAAAAAAAAAAAAAAAAAAAA\($0).alert.ops@bot.example.org>" }
        #expect(mail["Message-ID"] == "<\(group.delivery).notice.ops@bot.example.org>", "the same for each try")
        #expect(mail["In-Reply-To"] == roots[0])
        #expect(mail["References"]?.split(separator: " ").map(String.init) == roots)
        #expect(
            mail["Subject"]
                == "[CRITICAL] 2 alerts of 2 jobs, 1 of them over: /srv is 96 % full; nightly_backup failed: exit code 1; over after 12s: nightly_backup succeeded (bot.example.org)"
        )
    }

    @Test func theBodySaysAllThatIsKnown() throws {
        let body = try Mail(try message(Notices.resolved).bytes).body
        #expect(
            body == """
                [RESOLVED] /srv is 96 % full (bot.example.org)

                used 961 GB of 1 TB
                full in 3 h at this rate

                Job: health
                Check: disk_space
                Target: /srv
                Host: bot.example.org
                Value: 96 % (warning at 90 %, critical at 95 %)
                Since: 2026-11-30T17:50:00Z
                Ended: 2026-11-30T19:20:30Z, after 1h30m30s
                Run: 01KBCCCCCCCCCCCCCCCCCCCCC1
                Notice: 3
                Alert: 01KBAAAAAAAAAAAAAAAAAAAAA1

                -- 
                acore-sched on bot.example.org

                """)
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 +0000"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"), (1_796_061_065, "Mon, 30 Nov 2026 17:51:05 +0000"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"),
    ])
    func datesAreAsMailWritesThem(_ seconds: Int64, _ expected: String) {
        #expect(MailDate.text(Instant(seconds: seconds)) == expected)
    }

    @Test(arguments: [
        ("plain", "plain\r\n"), ("a=b", "a=3Db\r\n"), ("end ", "end=20\r\n"), ("tab\t", "tab=09\r\n"), ("ü", "=C3=BC\r\n"),
        ("a\r\nb", "a=0D\r\nb\r\n"), ("", "\r\n"), (".", ".\r\n"),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 76) + "\r\n"),
        (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx\r\n"),
        (String(repeating: "x", count: 74) + "ü", String(repeating: "x", count: 74) + "=\r\n=C3=BC\r\n"),
    ])
    func bodiesAreQuotedPrintable(_ text: String, _ expected: String) {
        #expect(String(decoding: QuotedPrintable.encode(text), as: UTF8.self) == expected)
    }

    @Test func longSubjectsAreFolded() {
        let words = Array(repeating: "word", count: 30).joined(separator: " ")
        let folded = EncodedHeader.text("Subject", words)
        #expect(folded.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 } && folded.split(separator: "\r\n").count == 3)
        #expect(folded.replacing("\r\n", with: "") == "Subject: \(words)")
        // A word that fits no line is encoded, and so is what only looks like an encoded word.
        #expect(EncodedHeader.text("Subject", String(repeating: "x", count: 100)).hasPrefix("Subject: =?utf-8?B?eHh4"))
        #expect(EncodedHeader.text("Subject", "=?utf-8?B?eA==?=").hasPrefix("Subject: =?utf-8?B?PT91"))
    }
}
