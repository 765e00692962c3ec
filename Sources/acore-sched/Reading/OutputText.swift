import CronSchedule
import JobKit
import Runner

/// Lines of output as people or programs read them.
struct OutputText {
    /// Whether each line shows when it came.
    var withTime = false
    /// Whether lines of standard error are told by their colour; without colour a word says so.
    var colour = Console.usesColour

    /// - Returns: nil for lines that are not for reading.
    func line(_ line: OutputLine) -> String? {
        switch line {
        case .event(let event): return EventText.line(for: event, withTime: withTime)
        case .error(let error):
            let stamp = withTime ? error.moment.map { "\($0) " } ?? "" : ""
            let text = EventText.harmless(error.text)
            return stamp + (colour ? TextStyle.faint.paint(text, colour: true) : "stderr: \(text)")
        }
    }

    /// One JSON object a line: a worker's events as they are, the rest as `{"at":…,"raw"|"note"|"stderr"|"broken":…}`.
    static func json(_ line: OutputLine) -> String {
        switch line {
        case .error(let error): return JSONText.line(Plain(at: error.moment?.milliseconds, stderr: error.text)).escaped
        case .event(let event):
            switch event.content {
            case .wire(let bytes): return String(decoding: bytes, as: UTF8.self).escaped
            case .raw(let at, let text, let isCut): return JSONText.line(Plain(at: at, raw: text, cut: isCut ? true : nil)).escaped
            case .note(let at, let text): return JSONText.line(Plain(at: at, note: text)).escaped
            case .broken(let bytes): return JSONText.line(Plain(broken: String(decoding: bytes, as: UTF8.self))).escaped
            }
        }
    }

    /// What is not an event of the wire.
    private struct Plain: Encodable {
        /// Milliseconds since 1970.
        var at: Int64?
        var raw: String?
        var note: String?
        var stderr: String?
        var broken: String?
        var cut: Bool?
    }
}

extension String {
    /// JSON whose control characters are written as `\u00xx`: inside of texts that means the same, and elsewhere there are none.
    fileprivate var escaped: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if Self.isControl(scalar) {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) }
}
