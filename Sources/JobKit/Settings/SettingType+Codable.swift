extension SettingType: Codable {
    private enum CodingKeys: String, CodingKey {
        case type, min, max, form, choices, of, settings
        case orSingle = "or_single"
    }

    /// The word for each case on the wire.
    private enum Word: String, Codable {
        case flag, integer, number, text, choice, duration, bytes, percent, list, map, section, anything
    }

    /// The wire's form: a word in `type`, and what belongs to it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(word, forKey: .type)
        switch self {
        case .flag, .anything: break
        case .integer(let range), .duration(let range), .bytes(let range), .percent(let range):
            try container.encode(range.lowerBound, forKey: .min)
            try container.encode(range.upperBound, forKey: .max)
        case .number(let range):
            try container.encode(range.lowerBound, forKey: .min)
            try container.encode(range.upperBound, forKey: .max)
        case .text(let form): try container.encode(form, forKey: .form)
        case .choice(let choices): try container.encode(choices, forKey: .choices)
        case .list(let element, let orSingle):
            try container.encode(element, forKey: .of)
            try container.encode(orSingle, forKey: .orSingle)
        case .map(let element): try container.encode(element, forKey: .of)
        case .section(let settings): try container.encode(settings, forKey: .settings)
        }
    }

    /// Reads the wire's form; bounds that are left out are the widest.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Word.self, forKey: .type) {
        case .flag: self = .flag
        case .anything: self = .anything
        case .integer: self = .integer(try Self.bounds(in: container, from: .min, to: .max))
        case .duration: self = .duration(try Self.bounds(in: container, from: 0, to: .max))
        case .bytes: self = .bytes(try Self.bounds(in: container, from: 0, to: .max))
        case .percent: self = .percent(try Self.bounds(in: container, from: 0, to: 100))
        case .number: self = .number(try Self.bounds(in: container, from: -Double.infinity, to: .infinity))
        case .text: self = .text(try container.decodeIfPresent(TextForm.self, forKey: .form) ?? .any)
        case .choice: self = .choice(try container.decode([String].self, forKey: .choices))
        case .list:
            let orSingle = try container.decodeIfPresent(Bool.self, forKey: .orSingle) ?? false
            self = .list(of: try container.decode(SettingType.self, forKey: .of), orSingle: orSingle)
        case .map: self = .map(of: try container.decode(SettingType.self, forKey: .of))
        case .section: self = .section(try container.decode([SettingDeclaration].self, forKey: .settings))
        }
    }

    private var word: Word {
        switch self {
        case .flag: .flag
        case .integer: .integer
        case .number: .number
        case .text: .text
        case .choice: .choice
        case .duration: .duration
        case .bytes: .bytes
        case .percent: .percent
        case .list: .list
        case .map: .map
        case .section: .section
        case .anything: .anything
        }
    }

    /// The bounds that are given, else the widest; a pair the wrong way round is refused, not a crash.
    private static func bounds<Bound: Decodable & Comparable>(
        in container: KeyedDecodingContainer<CodingKeys>, from lowest: Bound, to highest: Bound
    ) throws -> ClosedRange<Bound> {
        let lower = try container.decodeIfPresent(Bound.self, forKey: .min) ?? lowest
        let upper = try container.decodeIfPresent(Bound.self, forKey: .max) ?? highest
        guard lower <= upper else {
            throw DecodingError.dataCorruptedError(forKey: .min, in: container, debugDescription: "min is larger than max")
        }
        return lower...upper
    }
}
