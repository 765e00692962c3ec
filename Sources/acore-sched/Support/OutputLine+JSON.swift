import CronSchedule
import FoundationEssentials
import Runner

extension OutputLine {
    /// A line of `logs --json`, taken apart again: what is not one of ours is a worker's event as it was.
    init(json line: String) {
        let bytes = Array(line.utf8)
        // A worker's event may be anything; the four words of ours are looked for in what can be decoded.
        guard let plain = try? JSONDecoder().decode(Plain.self, from: Data(bytes)) else {
            self = .event(EventLine(offset: 0, nextOffset: 0, content: .wire(bytes)))
            return
        }
        if let text = plain.stderr {
            let stamp = plain.at.map { Instant(milliseconds: $0).description } ?? ""
            self = .error(ErrorLog.Line(stamp: stamp, text: text))
            return
        }
        let content: EventLine.Content
        if let text = plain.raw {
            content = .raw(atMs: plain.at ?? 0, text: text, isCut: plain.cut ?? false)
        } else if let text = plain.note {
            content = .note(atMs: plain.at ?? 0, text: text)
        } else if let text = plain.broken {
            content = .broken(Array(text.utf8))
        } else {
            content = .wire(bytes)
        }
        self = .event(EventLine(offset: 0, nextOffset: 0, content: content))
    }

    private struct Plain: Decodable {
        let at: Int64?
        let raw: String?
        let note: String?
        let stderr: String?
        let broken: String?
        let cut: Bool?
    }
}
