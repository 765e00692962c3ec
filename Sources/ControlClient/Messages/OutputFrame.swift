import FoundationEssentials

/// One line of the answer to ``ReadRequest`` and ``KindRequest``: `{"out": …}`, `{"bytes": …}` for output that is no text, in base64,
/// `{"err": …}`, for a verb that acts `{"run": …}`, and at the end `{"exit": …}`.
package enum OutputFrame: Sendable, Hashable, Codable {
    case output(String)
    case bytes([UInt8])
    case error(String)
    /// The run that carries a verb out: its output and its end are to be asked for.
    case run(RunJSON)
    /// The last one: the exit status.
    case exit(Int32)

    private enum Key: String, CodingKey { case out, bytes, err, run, exit }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        if let status = try values.decodeIfPresent(Int32.self, forKey: .exit) {
            self = .exit(status)
        } else if let text = try values.decodeIfPresent(String.self, forKey: .err) {
            self = .error(text)
        } else if let run = try values.decodeIfPresent(RunJSON.self, forKey: .run) {
            self = .run(run)
        } else if let data = try values.decodeIfPresent(Data.self, forKey: .bytes) {
            self = .bytes(Array(data))
        } else {
            self = .output(try values.decode(String.self, forKey: .out))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        switch self {
        case .output(let text): try values.encode(text, forKey: .out)
        case .bytes(let bytes): try values.encode(Data(bytes), forKey: .bytes)
        case .error(let text): try values.encode(text, forKey: .err)
        case .run(let run): try values.encode(run, forKey: .run)
        case .exit(let status): try values.encode(status, forKey: .exit)
        }
    }
}
