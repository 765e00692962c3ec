import Foundation
import GRDB

/// How whole values of ours stand in a column: JSON with sorted keys.
enum RecordText {
    static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self).storable
    }

    static func value<Value: Decodable>(
        _ type: Value.Type, from text: String, refusal: (String) -> LedgerError
    ) throws(LedgerError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw refusal("'\(text.prefix(200))' (\(error))")
        }
    }
}
