import SchedulerCore
import Transfer

/// A notice for an incoming webhook of Slack: https://docs.slack.dev/reference/block-kit/blocks.
///
/// The limits are those of the blocks: 150 for a header, 3000 for a section's text, 2000 for a field, 10 fields in a section.
struct SlackMessage: Encodable {
    struct Text: Encodable {
        let type: String
        let text: String
    }

    struct Block: Encodable {
        let type: String
        var text: Text?
        var fields: [Text]?
    }

    static let headerLimit = 150
    static let textLimit = 3000
    static let fieldLimit = 2000
    static let mostFields = 10
    private static let fence = "```"

    /// For notifications, and for programs that know no blocks.
    let text: String
    let blocks: [Block]

    init(_ notice: AlertNotice) {
        let words = NoticeWords(notice)
        text = Self.shown(words.headline, limit: Self.textLimit)
        var blocks = [Block(type: "header", text: Text(type: "plain_text", text: Self.shown(words.headline, limit: Self.headerLimit)))]
        if !words.details.isEmpty {
            // A fence inside would end the block of code.
            let details = words.details.replacing(Self.fence, with: "`\u{200b}`\u{200b}`")
            let shown = Self.shown(details, limit: Self.textLimit - 2 * Self.fence.count - 2)
            blocks.append(Block(type: "section", text: Text(type: "mrkdwn", text: "\(Self.fence)\n\(shown)\n\(Self.fence)")))
        }
        let facts = words.facts
        for start in stride(from: 0, to: facts.count, by: Self.mostFields) {
            let fields = facts[start..<min(start + Self.mostFields, facts.count)].map { fact in
                Text(type: "plain_text", text: Self.shown("\(fact.name): \(fact.value)", limit: Self.fieldLimit))
            }
            blocks.append(Block(type: "section", fields: fields))
        }
        self.blocks = blocks
    }

    func request(to url: String) throws(ChannelProblem) -> HTTPRequest {
        var request = HTTPRequest("POST", url)
        request.headers = [("Content-Type", "application/json; charset=utf-8")]
        request.body = try JSONBody.bytes(of: self)
        return request
    }

    private static func shown(_ text: String, limit: Int) -> String {
        TextLimit.units(limit, as: escaped).cut(text).map(escaped).joined()
    }

    /// The three characters by which Slack marks mentions and links.
    private static func escaped(_ character: Character) -> String {
        switch character {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: String(character)
        }
    }
}
