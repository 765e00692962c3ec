import CronSchedule
import SchedulerCore

/// A notice as a message of RFC 5322.
///
/// Its id is the delivery's, so a message that was sent twice can be told; that of an alert's first notice is the alert's, and all later
/// ones name it, so that programs show them as one thread. A message about several alerts names the thread of each.
struct EmailMessage {
    static let subjectLimit = 200
    static let bodyLimit = 64 * 1024

    let notice: AlertNotice
    let channel: String
    let from: MailAddress
    let to: [MailAddress]
    /// Milliseconds since 1970.
    let now: Int64

    var messageID: String { notice.sequence == 1 && notice.members == nil ? threads[0] : id("\(notice.delivery.rawValue).notice") }

    /// The id of the first message of each alert that it tells of.
    private var threads: [String] { (notice.members ?? [notice]).map { id("\($0.alert.rawValue).alert") } }

    private func id(_ local: String) -> String { "<\(local).\(channel)@\(from.domain)>" }

    var bytes: [UInt8] {
        let words = NoticeWords(notice)
        var head = EncodedHeader.addresses("From", [from]) + EncodedHeader.addresses("To", to)
        head += EncodedHeader.text("Subject", TextLimit.units(Self.subjectLimit).cut(EncodedHeader.oneLine(words.headline)))
        head += "Date: \(MailDate.text(Instant(milliseconds: now)))\r\n"
        head += "Message-ID: \(messageID)\r\n"
        let threads = threads
        if messageID != threads[0] {
            head += "In-Reply-To: \(threads[0])\r\nReferences: \(threads.joined(separator: "\r\n "))\r\n"
        }
        head += "X-Acore-Sched-Delivery: \(notice.delivery.rawValue)\r\n"
        if notice.severity == .critical, notice.status == "firing" { head += "Importance: high\r\n" }
        // RFC 3834: nobody's absence is to answer this.
        head += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        head += "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        let text = "\(words.headline)\n\n\(words.text)\n\n-- \nacore-sched on \(NoticeWords.line(notice.host))"
        return Array(head.utf8) + QuotedPrintable.encode(TextLimit.bytes(Self.bodyLimit).cut(text))
    }
}
