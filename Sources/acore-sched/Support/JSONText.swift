import FoundationEssentials
import JobKit

/// JSON for `--json`: keys in snake_case, sorted, one value a line.
enum JSONText {
    /// One value on one line.
    static func line(_ value: some Encodable) -> String {
        let encoder = WireCoding.encoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            // Only a number that is not finite cannot be written.
            return "{\"error\":\"\(error)\"}"
        }
    }
}
