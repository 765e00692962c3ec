import Foundation
import JobKit
import SchedulerCore
import Synchronization
import Testing

@testable import Notify

/// Mail to a real server, with and without TLS.
@Suite(.enabled(if: PythonServer.hasPackages, "needs aiosmtpd: deployment/scripts/setup test"))
struct ChannelMailTests {
    /// What was reported beside the outcomes.
    final class Book: Sendable {
        private let lines = Mutex<[String]>([])
        func note(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private func sender(_ book: Book = Book()) -> ChannelSender {
        ChannelSender(userAgent: "x", secrets: PayloadTests.secrets, now: { Notices.now }, report: { book.note($0) })
    }

    @Test(arguments: [("starttls", EmailChannel.Security.starttls), ("implicit", .implicit), ("none", .none)])
    func aNoticeArrivesAsItWasWritten(_ tls: String, _ security: EmailChannel.Security) async throws {
        let server = try MailServer(tls: tls)
        let channel = try server.channel(["ops@example.org", "Zoë <zoe@example.org>"], security: security)
        for notice in [Notices.disk(), Notices.hostile, Notices.long] {
            #expect(await sender().deliver(notice, through: channel) == .delivered)
        }
        let mails = try server.mails()
        #expect(mails.count == 3)
        for (mail, notice) in zip(mails, [Notices.disk(), Notices.hostile, Notices.long]) {
            #expect(mail.object["defects"] as? [String] == [])
            let text =
                "\(NoticeWords(notice).headline)\n\n\(NoticeWords(notice).text)\n\n-- \nacore-sched on \(NoticeWords.line(notice.host))"
            #expect(mail.body == TextLimit.bytes(64 * 1024).cut(text) + "\n")
        }
        let deliveries = try server.commands().filter { !$0.hasPrefix("DATA") }
        #expect(deliveries.prefix(3) == ["MAIL acore@bot.example.org", "RCPT ops@example.org", "RCPT zoe@example.org"])
        #expect(try server.isAllSecret() == (security != .none))
    }

    @Test(arguments: [EmailChannel.Security.starttls, .implicit])
    func aServerThatCannotProveItselfHearsNothing(_ security: EmailChannel.Security) async throws {
        let strangers = [
            try MailServer(tls: security.rawValue, name: "DNS:other.test"), try MailServer(tls: security.rawValue),
        ]
        for (server, isTrusted) in zip(strangers, [true, false]) {
            let channel = try server.channel(security: security, login: ("user", "hidden"), isTrusted: isTrusted)
            let outcome = await sender().deliver(Notices.disk(), through: channel)
            let reason = "\(server.place) is not trusted: SSL peer certificate or SSH remote key was not OK"
            #expect(outcome == .again(reason: reason, retryAfter: nil))
            #expect(try server.commands() == [])
        }
    }

    @Test func withoutSTARTTLSNothingGoesInClear() async throws {
        let server = try MailServer(tls: "none")
        let outcome = await sender().deliver(Notices.disk(), through: try server.channel(login: ("user", "hidden")))
        let reason =
            "\(server.place) does not offer STARTTLS, and nothing is sent in clear; write tls: implicit for a server with TLS from the first byte"
        #expect(outcome == .refused(reason: reason))
        #expect(try server.commands() == [])
    }

    @Test func aLoginIsMadeOnlyBehindTLS() async throws {
        let server = try MailServer(["--login", "user:pass word"])
        #expect(await sender().deliver(Notices.disk(), through: try server.channel(login: ("user", "pass word"))) == .delivered)
        #expect(try server.commands() == ["AUTH", "MAIL acore@bot.example.org", "RCPT ops@example.org", "DATA"])
        #expect(try server.isAllSecret())
    }

    @Test func aWrongPasswordIsRefusedAndNotRepeated() async throws {
        let server = try MailServer(["--login", "user:right"])
        let outcome = await sender().deliver(Notices.disk(), through: try server.channel(login: ("user", "wrong")))
        #expect(outcome == .refused(reason: "\(server.place) refused the login: 535"))
        #expect(try server.mails().isEmpty)
        let without = await sender().deliver(Notices.disk(), through: try server.channel())
        #expect(without == .refused(reason: "\(server.place) refused the sender: 530 5.7.0 Authentication required"))
    }

    @Test func aServerWithoutLoginIsSaid() async throws {
        let server = try MailServer()
        let outcome = await sender().deliver(Notices.disk(), through: try server.channel(login: ("user", "hidden")))
        let reason = "\(server.place) offers no way to log in; leave user and password out, or write tls: starttls"
        #expect(outcome == .refused(reason: reason))
    }

    @Test func oneRefusedRecipientKeepsNobodyElseFromTheMail() async throws {
        let server = try MailServer()
        let book = Book()
        let channel = try server.channel(["refused@example.org", "ops@example.org", "zoe@example.org"])
        #expect(await sender(book).deliver(Notices.disk(), through: channel) == .delivered)
        let mails = try server.mails()
        #expect(mails.count == 1)
        #expect(try server.server.log().last?["to"] as? [String] == ["ops@example.org", "zoe@example.org"])
        let words =
            "\(server.place) refused refused@example.org (550 5.1.1 no such user here); the others got the message: correct to: of the channel"
        #expect(book.all == [words])
    }

    @Test func whereAllAreRefusedItIsOver() async throws {
        let server = try MailServer()
        let channel = try server.channel(["refused@example.org", "refused2@example.org"])
        let outcome = await sender().deliver(Notices.disk(), through: channel)
        let words = "550 5.1.1 no such user here"
        #expect(outcome == .refused(reason: "\(server.place) refused refused@example.org (\(words)), refused2@example.org (\(words))"))
        #expect(try server.mails().isEmpty)
    }

    @Test func whoIsToComeAgainGetsItLaterAndTheOthersOnce() async throws {
        let server = try MailServer()
        let sender = sender()
        let channel = try server.channel(["ops@example.org", "once@example.org"])
        let first = await sender.deliver(Notices.disk(), through: channel)
        let words = "\(server.place) refused once@example.org (451 4.7.1 greylisted, come again)"
        #expect(first == .again(reason: words, retryAfter: nil))
        #expect(await sender.deliver(Notices.disk(), through: channel) == .delivered)
        let takers = try server.server.log().compactMap { $0["to"] as? [String] }
        #expect(takers == [["ops@example.org"], ["once@example.org"]])
        let mails = try server.mails()
        #expect(Set(mails.map { $0["Message-ID"] }).count == 1)
        // What was delivered whole is forgotten: the next notice goes to all.
        #expect(await sender.deliver(Notices.disk(), through: channel) == .delivered)
        #expect(try server.server.log().last?["to"] as? [String] == ["ops@example.org", "once@example.org"])
    }

    @Test(arguments: [
        (
            ["--data", "451 4.3.0 disk is full"],
            DeliveryOutcome.again(reason: "PLACE refused the message: 451 4.3.0 disk is full", retryAfter: nil)
        ),
        (["--data", "554 5.6.0 looks like spam"], .refused(reason: "PLACE refused the message: 554 5.6.0 looks like spam")),
        (["--mail", "451 4.1.8 come again"], .again(reason: "PLACE refused the sender: 451 4.1.8 come again", retryAfter: nil)),
        (["--mail", "550 5.7.1 who are you"], .refused(reason: "PLACE refused the sender: 550 5.7.1 who are you")),
        (["--greet", "421 too many connections"], .again(reason: "PLACE refused the greeting: 421 too many connections", retryAfter: nil)),
        (["--greet", "554 not for you"], .refused(reason: "PLACE refused the greeting: 554 not for you")),
    ])
    func everyReplyHasItsVerdict(_ arguments: [String], _ expected: DeliveryOutcome) async throws {
        let server = try MailServer(arguments)
        let outcome = await sender().deliver(Notices.disk(), through: try server.channel())
        switch outcome {
        case .delivered: #expect(expected == .delivered)
        case .again(let reason, let pause):
            #expect(.again(reason: reason.replacing(server.place, with: "PLACE"), retryAfter: pause) == expected)
        case .refused(let reason): #expect(.refused(reason: reason.replacing(server.place, with: "PLACE")) == expected)
        }
        #expect(try server.mails().isEmpty)
    }

    @Test func aServerThatSaysNothingIsGivenUpInTime() async throws {
        let server = try MailServer(["--greet", "220-and so on"])
        let outcome = await sender().deliver(Notices.disk(), through: try server.channel(timeout: .seconds(2)))
        #expect(outcome == .again(reason: "\(server.place) did not answer in time", retryAfter: nil))
    }

    /// The message is taken; that the farewell is never answered changes nothing, and holds nobody up.
    @Test func aFarewellThatIsNotAnsweredHoldsNothingUp() async throws {
        let server = try MailServer(["--never-quit"])
        #expect(await sender().deliver(Notices.disk(), through: try server.channel(timeout: .seconds(20))) == .delivered)
    }

    @Test func nobodyThereIsTriedAgain() async throws {
        var email = EmailChannel(host: "127.0.0.1", port: 1, from: try MailAddress("a@b.test"), to: [])
        email.to = [try MailAddress("ops@example.org")]
        let outcome = await sender().deliver(Notices.disk(), through: Channel(name: "ops", way: .email(email)))
        #expect(outcome == .again(reason: "127.0.0.1:1 is not reachable: Connection refused", retryAfter: nil))
    }
}
