import FoundationEssentials

extension WireEvent: Codable {
    private enum CodingKeys: String, CodingKey { case t }

    /// The word in `t`.
    private enum Word: String, Codable {
        case log, progress, metric, artifact, check, mark, result
    }

    /// The body's keys and the word in `t`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(word, forKey: .t)
        try body.encode(to: encoder)
    }

    /// Reads the body that `t` names.
    public init(from decoder: any Decoder) throws {
        switch try decoder.container(keyedBy: CodingKeys.self).decode(Word.self, forKey: .t) {
        case .log: self = .log(try Log(from: decoder))
        case .progress: self = .progress(try Progress(from: decoder))
        case .metric: self = .metric(try Metric(from: decoder))
        case .artifact: self = .artifact(try Artifact(from: decoder))
        case .check: self = .check(try Check(from: decoder))
        case .mark: self = .mark(try Mark(from: decoder))
        case .result: self = .result(try Result(from: decoder))
        }
    }

    /// The event as one line of JSON without its line feed. `t` comes first: a launcher that has to drop output at its
    /// bound still knows a result by the line's first bytes.
    public func line() throws -> [UInt8] {
        let json = try WireCoding.encoder().encode(AnyBody(body))
        return Array("{\"t\":\"\(word.rawValue)\",".utf8) + json.dropFirst()
    }

    /// Reads a line.
    public init(line: [UInt8]) throws {
        self = try WireCoding.decoder().decode(WireEvent.self, from: Data(line))
    }

    private var word: Word {
        switch self {
        case .log: .log
        case .progress: .progress
        case .metric: .metric
        case .artifact: .artifact
        case .check: .check
        case .mark: .mark
        case .result: .result
        }
    }

    private var body: any Codable {
        switch self {
        case .log(let body): body
        case .progress(let body): body
        case .metric(let body): body
        case .artifact(let body): body
        case .check(let body): body
        case .mark(let body): body
        case .result(let body): body
        }
    }

    private struct AnyBody: Encodable {
        let body: any Codable
        init(_ body: any Codable) { self.body = body }
        func encode(to encoder: any Encoder) throws { try body.encode(to: encoder) }
    }
}
