import FoundationEssentials
import JobKit

/// JSON as the repository keeps it: keys sorted, one line, a line end behind it.
enum JSONBytes {
    static func of(_ value: some Encodable) throws(BackupError) -> [UInt8] {
        do {
            return Array(try WireCoding.encoder().encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw .refused(
                JobFailure("a record cannot be written as JSON: \(error)", in: "record", fix: "report this as a bug", retry: .cannotHelp))
        }
    }
}
