import CronSchedule
import SchedulerCore
import Transfer

/// A notice for a webhook of Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook.
///
/// The limits are those of the embed object: 2000 for the content, 1024 for the value of a field, 6000 for an embed as a whole. Texts
/// from outside are escaped, so that they are shown as they are, and nobody can be mentioned.
struct DiscordMessage: Encodable {
    struct Embed: Encodable {
        let color: Int
        let description: String?
        let fields: [Field]
        let footer: Footer
        let timestamp: String
    }

    struct Field: Encodable {
        let name: String
        let value: String
        let inline: Bool
    }

    struct Footer: Encodable {
        let text: String
    }

    struct Mentions: Encodable {
        let parse: [String]
    }

    private enum CodingKeys: String, CodingKey {
        case content, embeds, username
        case allowedMentions = "allowed_mentions"
    }

    static let contentLimit = 2000
    /// Eleven facts of 300 with their names, and 2400 for the description, stay below 6000.
    static let fieldLimit = 300
    static let descriptionLimit = 2400
    static let usernameLimit = 80
    /// Of three backticks no code block can hold more than two in a row.
    private static let fence = "```"

    let content: String
    let embeds: [Embed]
    let username: String?
    let allowedMentions = Mentions(parse: [])

    init(_ notice: AlertNotice, username: String? = nil) {
        let words = NoticeWords(notice)
        content = Self.shown(words.headline, limit: Self.contentLimit)
        let details = words.details.replacing(Self.fence, with: "`\u{200b}`\u{200b}`")
        let room = TextLimit.units(Self.descriptionLimit - 2 * Self.fence.count - 2)
        let fields = words.facts.map { Field(name: $0.name, value: Self.shown($0.value, limit: Self.fieldLimit), inline: true) }
        let embed = Embed(
            color: Self.colour(of: notice), description: details.isEmpty ? nil : "\(Self.fence)\n\(room.cut(details))\n\(Self.fence)",
            fields: fields, footer: Footer(text: "acore-sched"),
            timestamp: Instant(milliseconds: notice.endedAt ?? notice.startedAt).description)
        embeds = [embed]
        self.username = username.map { TextLimit.units(Self.usernameLimit).cut($0) }
    }

    func request(to url: String) throws(ChannelProblem) -> HTTPRequest {
        var request = HTTPRequest("POST", url)
        request.headers = [("Content-Type", "application/json")]
        request.body = try JSONBody.bytes(of: self)
        return request
    }

    private static func shown(_ text: String, limit: Int) -> String {
        TextLimit.units(limit, as: escaped).cut(text).map(escaped).joined()
    }

    /// A backslash before what Discord's markdown means something by.
    private static func escaped(_ character: Character) -> String {
        "\\*_~`|>[]()<#@:".contains(character) ? "\\\(character)" : String(character)
    }

    private static func colour(of notice: AlertNotice) -> Int {
        switch (notice.occasion, notice.severity) {
        case (.resolved, _): 0x2e_7d_32
        case (.test, _): 0x15_65_c0
        case (_, .warning): 0xf9_a8_25
        case (_, .critical): 0xc6_28_28
        }
    }
}
