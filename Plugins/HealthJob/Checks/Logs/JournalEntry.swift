/// An entry as `journalctl --output=json` prints it.
struct JournalEntry: Decodable, Sendable {
    /// systemd's word for "messages were dropped": SD_MESSAGE_JOURNAL_DROPPED.
    static let droppedID = "a596d6fe7bfa4994828e72309e95d61e"

    /// A field: text, or bytes where they are no text, or nothing where they are too many, or a list of these where it is there several times.
    private enum Field: Decodable {
        case text(String)
        case bytes([UInt8])
        case several([Field])
        case none

        // Each `try?` asks "is it of this type?": no is an answer, not a lost error; the last try reports.
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let bytes = try? container.decode([UInt8].self) {
                self = .bytes(bytes)
            } else {
                self = .several(try container.decode([Field].self))
            }
        }

        var content: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .bytes(let bytes): bytes
            case .several(let fields): fields.first?.content ?? []
            case .none: []
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case cursor = "__CURSOR"
        case message = "MESSAGE"
        case messageID = "MESSAGE_ID"
        case priority = "PRIORITY"
        case process = "_PID"
        case unit = "_SYSTEMD_UNIT"
    }

    let cursor: String
    let message: [UInt8]
    let messageID: String
    /// 6 where the entry has none, as the journal itself has it.
    let priority: Int
    /// One writer: a unit's process.
    let writer: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String {
            String(decoding: try container.decodeIfPresent(Field.self, forKey: key)?.content ?? [], as: UTF8.self)
        }
        cursor = try container.decode(String.self, forKey: .cursor)
        message = try container.decodeIfPresent(Field.self, forKey: .message)?.content ?? []
        messageID = try text(.messageID)
        priority = Int(try text(.priority)) ?? 6
        writer = try text(.unit) + "/" + text(.process)
    }
}
