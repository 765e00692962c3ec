import CronSchedule
import Foundation
import GRDB
import SchedulerCore

/// Reads the columns of one row from left to right, in the order of its `SELECT`.
///
/// GRDB's own conversions end the program over a value of another type; a ledger that a newer program or a person
/// changed must give an error instead.
struct RowReader {
    private let row: Row
    private let table: String
    private var column = 0

    init(_ row: Row, of table: String) {
        self.row = row
        self.table = table
    }

    mutating func integer() throws(LedgerError) -> Int64 {
        guard let value = try optionalInteger() else { throw refusal("NULL") }
        return value
    }

    mutating func optionalInteger() throws(LedgerError) -> Int64? {
        switch next() {
        case .null: return nil
        case .int64(let value): return value
        case .double(let value): throw refusal("\(value)")
        case .string(let text): throw refusal("'\(text)'")
        case .blob: throw refusal("a blob")
        }
    }

    mutating func text() throws(LedgerError) -> String {
        guard let value = try optionalText() else { throw refusal("NULL") }
        return value
    }

    mutating func optionalText() throws(LedgerError) -> String? {
        switch next() {
        case .null: return nil
        case .string(let text): return text
        case .int64(let value): throw refusal("\(value)")
        case .double(let value): throw refusal("\(value)")
        case .blob: throw refusal("a blob")
        }
    }

    mutating func optionalSlot() throws(LedgerError) -> Slot? {
        switch next() {
        case .null: return nil
        case .int64(let value): return .instant(Instant(milliseconds: value))
        case .string(let text): return .boot(text)
        case .double(let value): throw refusal("\(value)")
        case .blob: throw refusal("a blob")
        }
    }

    mutating func slot() throws(LedgerError) -> Slot {
        guard let slot = try optionalSlot() else { throw refusal("NULL") }
        return slot
    }

    mutating func instant() throws(LedgerError) -> Instant { Instant(milliseconds: try integer()) }

    mutating func optionalInstant() throws(LedgerError) -> Instant? { try optionalInteger().map { Instant(milliseconds: $0) } }

    mutating func optionalReal() throws(LedgerError) -> Double? {
        switch next() {
        case .null: return nil
        case .int64(let value): return Double(value)
        case .double(let value): return value
        case .string(let text): throw refusal("'\(text)'")
        case .blob: throw refusal("a blob")
        }
    }

    mutating func duration() throws(LedgerError) -> Duration { .milliseconds(try integer()) }

    mutating func number() throws(LedgerError) -> Int {
        let value = try integer()
        guard let number = Int(exactly: value) else { throw refusal("\(value)") }
        return number
    }

    mutating func optionalNumber() throws(LedgerError) -> Int? {
        guard let value = try optionalInteger() else { return nil }
        guard let number = Int(exactly: value) else { throw refusal("\(value)") }
        return number
    }

    mutating func flag() throws(LedgerError) -> Bool {
        switch try integer() {
        case 0: return false
        case 1: return true
        case let value: throw refusal("\(value)")
        }
    }

    mutating func word<Word: RawRepresentable<String>>() throws(LedgerError) -> Word {
        let text = try text()
        guard let word = Word(rawValue: text) else { throw refusal("'\(text)'") }
        return word
    }

    mutating func optionalWord<Word: RawRepresentable<String>>() throws(LedgerError) -> Word? {
        guard let text = try optionalText() else { return nil }
        guard let word = Word(rawValue: text) else { throw refusal("'\(text)'") }
        return word
    }

    /// A mapping of names to numbers; NULL is the empty one.
    mutating func numbers() throws(LedgerError) -> [String: Double] {
        guard let text = try optionalText() else { return [:] }
        do {
            return try NumbersText.decoder.decode([String: Double].self, from: Data(text.utf8))
        } catch {
            throw refusal("'\(text)' (\(error))")
        }
    }

    /// The value that was read last is not what the column may hold.
    func refusal(_ value: String) -> LedgerError {
        .unreadable(table: table, column: row.columnNames.dropFirst(column - 1).first ?? "", value: value)
    }

    private mutating func next() -> DatabaseValue.Storage {
        defer { column += 1 }
        return (row[column] as DatabaseValue).storage
    }
}
