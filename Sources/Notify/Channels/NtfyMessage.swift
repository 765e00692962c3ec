import JobKit
import SchedulerCore
import Transfer

/// A notice for a topic of ntfy, published as JSON: https://docs.ntfy.sh/publish/#publish-as-json.
///
/// As JSON a title may hold any letter; in a header it may not. A message beyond 4096 bytes would become an attachment.
struct NtfyMessage: Encodable {
    static let messageLimit = 4096
    static let titleLimit = 250

    let topic: String
    let title: String
    let message: String
    /// 1 to 5.
    let priority: Int
    /// Words for which ntfy shows a picture.
    let tags: [String]

    init(_ notice: AlertNotice, topic: String) {
        let words = NoticeWords(notice)
        self.topic = topic
        title = TextLimit.bytes(Self.titleLimit).cut(words.headline)
        message = TextLimit.bytes(Self.messageLimit).cut(words.text)
        switch (notice.occasion, notice.severity) {
        case (.resolved, _): (priority, tags) = (3, ["white_check_mark"])
        case (.test, _): (priority, tags) = (3, ["test_tube"])
        case (_, .warning): (priority, tags) = (4, ["warning"])
        case (_, .critical): (priority, tags) = (5, ["rotating_light"])
        }
    }

    func request(to url: String, token: Secret? = nil) throws(ChannelProblem) -> HTTPRequest {
        var request = HTTPRequest("POST", url)
        request.headers = [("Content-Type", "application/json")]
        if let token { request.headers.append(("Authorization", "Bearer \(token.exposedValue)")) }
        request.body = try JSONBody.bytes(of: self)
        return request
    }
}
