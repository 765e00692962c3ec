import ControlClient
import FoundationEssentials

/// JSON for `--json`: keys in snake_case, sorted, one value a line.
enum JSONText {
    /// One value on one line.
    static func line(_ value: some Encodable) -> String {
        do {
            return String(decoding: try ControlCoding.encoder().encode(value), as: UTF8.self)
        } catch {
            // Only a number that is not finite cannot be written.
            return "{\"error\":\"\(error)\"}"
        }
    }
}
