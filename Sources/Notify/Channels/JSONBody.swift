import FoundationEssentials

/// JSON for receivers: keys in alphabetical order, so that the same notice is the same bytes.
enum JSONBody {
    static func bytes(of value: some Encodable) throws(ChannelProblem) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw ChannelProblem("the notice cannot be written as JSON: \(error)")
        }
    }
}
