public import FoundationEssentials

/// How the wire writes JSON: instants as ISO-8601 in UTC, slashes as they are.
public enum WireCoding {
    /// The version of the wire that this build speaks.
    public static let version = 1

    /// An encoder for one line.
    public static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(style))
        }
        return encoder
    }

    /// A decoder for one line.
    public static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            if let date = (try? Date(text, strategy: style)) ?? (try? Date(text, strategy: .iso8601)) { return date }
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is not an instant such as 2027-01-31T02:00:00.000Z")
        }
        return decoder
    }

    private static var style: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }
}
