import CSQLite
import Glibc

/// One open database; closed when it goes. Not for use from two threads.
final class SQLiteConnection {
    private let handle: OpaquePointer
    private let shouldStop: () -> Bool
    /// Virtual machine steps between two questions whether to stop.
    private static let stepsPerQuestion: Int32 = 10_000
    /// Waits for a writer's lock, of a millisecond each: about a minute. Short ones, since a busy writer leaves short gaps.
    private static let maximumWaits: Int32 = 60_000

    /// Opens for reading only. A path with a link in it is refused.
    /// - Parameter isImmutable: nobody changes the file: no lock is taken and no file is made beside it.
    init(path: [UInt8], isImmutable: Bool, shouldStop: @escaping () -> Bool) throws(SQLiteError) {
        var opened: OpaquePointer?
        let address = "file:" + Self.percentEncoded(path) + (isImmutable ? "?immutable=1" : "")
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX
        let result = sqlite3_open_v2(address, &opened, flags, nil)
        guard let opened else { throw .library(operation: "open it", reason: "there is not enough memory") }
        handle = opened
        self.shouldStop = shouldStop
        guard result == SQLITE_OK else { throw error("open it") }
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_busy_handler(
            opened,
            { context, count in
                guard let context, count < SQLiteConnection.maximumWaits else { return 0 }
                if Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue().shouldStop() { return 0 }
                var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
                nanosleep(&pause, nil)
                return 1
            }, context)
        sqlite3_progress_handler(
            opened, Self.stepsPerQuestion,
            { context in
                guard let context else { return 0 }
                return Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue().shouldStop() ? 1 : 0
            }, context)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs one statement with at most one text bound, and returns the first column of its first row.
    @discardableResult
    func run(_ statement: String, binding text: [UInt8]? = nil, as operation: String) throws(SQLiteError) -> String? {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK else { throw error(operation) }
        defer { sqlite3_finalize(prepared) }
        if let text, !bind(text, to: prepared) { throw error(operation) }
        var first: String?
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_DONE: return first
            case SQLITE_ROW: first = first ?? sqlite3_column_text(prepared, 0).map { String(cString: $0) }
            case SQLITE_INTERRUPT: throw .stopped
            case _: throw error(operation)
            }
        }
    }

    private func bind(_ text: [UInt8], to statement: OpaquePointer?) -> Bool {
        // SQLITE_TRANSIENT: the library takes a copy.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return text.withUnsafeBytes { bytes in
            sqlite3_bind_text(statement, 1, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), copied)
        } == SQLITE_OK
    }

    private func error(_ operation: String) -> SQLiteError {
        shouldStop() ? .stopped : .library(operation: operation, reason: String(cString: sqlite3_errmsg(handle)))
    }

    private static func percentEncoded(_ path: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in path {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                text.append(byte)
            case _: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
