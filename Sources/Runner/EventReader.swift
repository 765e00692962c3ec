import FoundationEssentials
import Glibc

/// Reads the lines of a run's events.jsonl from any offset, also while they are being written.
package struct EventReader: Sendable {
    /// No line is longer, see LINE_BOUND in the launcher.
    package static let lineBound = 64 * 1024
    private static let blockSize = 256 * 1024

    /// The offset of the first line not read yet.
    package private(set) var offset: Int
    private let path: String
    private var file: Descriptor?

    init(path: String, offset: Int) {
        self.path = path
        self.offset = offset
    }

    /// The next lines that are there, at most `limit`; empty when there is no whole line now.
    package mutating func read(limit: Int = 1000) throws(RunnerError) -> [EventLine] {
        guard let file = try opened() else { return [] }
        var block = try file.block(at: offset, atMost: Self.blockSize, path: path)
        var lines: [EventLine] = []
        var start = 0
        while lines.count < limit, let end = block[start...].firstIndex(of: 10) {
            lines.append(EventLine(offset: offset + start, nextOffset: offset + end + 1, content: Self.content(of: block[start..<end])))
            start = end + 1
        }
        if lines.isEmpty && block.count > Self.lineBound {
            block.removeSubrange(Self.lineBound...)
            lines = [EventLine(offset: offset, nextOffset: offset + Self.lineBound, content: .broken(block))]
        }
        offset = lines.last?.nextOffset ?? offset
        return lines
    }

    /// The file appears with the first attempt: nil until then.
    private mutating func opened() throws(RunnerError) -> Descriptor? {
        if let file { return file }
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if number < 0 && errno == ENOENT { return nil }
        guard number >= 0 else { throw .last("open", path, fix: "run as the user who owns the state directory") }
        let opened = Descriptor(number)
        file = opened
        return opened
    }

    /// Lines of ours begin with {"at": and a worker's never do: the launcher sees to that.
    private static func content(of line: ArraySlice<UInt8>) -> EventLine.Content {
        guard line.first == UInt8(ascii: "{") else { return .broken(Array(line)) }
        guard line.starts(with: "{\"at\":".utf8) else { return .wire(Array(line)) }
        if let plain = plainContent(of: line) { return plain }
        do {
            let stamped = try JSONDecoder().decode(Stamped.self, from: Data(line))
            if let note = stamped.note { return .note(atMs: stamped.at, text: note) }
            if let raw = stamped.raw { return .raw(atMs: stamped.at, text: raw, isCut: stamped.cut ?? false) }
            return .broken(Array(line))
        } catch {
            return .broken(Array(line))  // handed on as it is: the reader shows it
        }
    }

    /// The common line, {"at":1,"raw":"text"} without any escape, read without a decoder; nil = let the decoder see to it.
    private static func plainContent(of line: ArraySlice<UInt8>) -> EventLine.Content? {
        let opening = Array(",\"raw\":\"".utf8)
        let digits = line.dropFirst(6).prefix { (48...57).contains($0) }
        let rest = line[digits.endIndex...]
        guard let atMs = Int64(String(decoding: digits, as: UTF8.self)), rest.starts(with: opening), rest.count >= opening.count + 2,
            rest.suffix(2).elementsEqual("\"}".utf8)
        else { return nil }
        let text = rest.dropFirst(opening.count).dropLast(2)
        guard text.allSatisfy({ $0 >= 32 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\"") }) else { return nil }
        return .raw(atMs: atMs, text: String(decoding: text, as: UTF8.self), isCut: false)
    }

    private struct Stamped: Decodable {
        let at: Int64
        let raw: String?
        let note: String?
        let cut: Bool?
    }
}
