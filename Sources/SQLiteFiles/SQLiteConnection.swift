import CSQLite
import Glibc

/// One open database; closed when it goes. Not for use from two threads.
final class SQLiteConnection {
    private let handle: OpaquePointer
    private let shouldStop: () -> Bool
    /// Virtual machine steps between two questions whether to stop.
    private static let stepsPerQuestion: Int32 = 10_000
    /// For a writer's lock.
    static let usualPatience: Duration = .seconds(60)
    private let patience: Duration
    private var waitsSince = ContinuousClock.now

    /// Opens for reading only. A path with a link in it is refused.
    /// - Parameters:
    ///   - isImmutable: nobody changes the file: no lock is taken and no file is made beside it.
    ///   - patience: how long a lock of another is waited for.
    init(
        path: [UInt8], isImmutable: Bool, patience: Duration = SQLiteConnection.usualPatience, shouldStop: @escaping () -> Bool
    ) throws(SQLiteError) {
        var opened: OpaquePointer?
        let address = "file:" + Self.percentEncoded(path) + (isImmutable ? "?immutable=1" : "")
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX
        let result = sqlite3_open_v2(address, &opened, flags, nil)
        guard let opened else { throw .library(operation: "open it", reason: "there is not enough memory") }
        handle = opened
        self.shouldStop = shouldStop
        self.patience = patience
        guard result == SQLITE_OK else { throw error("open it") }
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_busy_handler(
            opened,
            { context, count in
                guard let context else { return 0 }
                return Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue().waits(count) ? 1 : 0
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

    /// Waits a little for the lock of another.
    /// - Parameter count: of the waits for it before this one.
    /// - Returns: false when it was waited for long enough.
    private func waits(_ count: Int32) -> Bool {
        if count == 0 { waitsSince = .now }
        guard !shouldStop(), ContinuousClock.now - waitsSince < patience else { return false }
        // A short time, since a busy writer leaves short gaps.
        var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
        nanosleep(&pause, nil)
        return true
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

    /// The rows of one statement, each as the texts of its columns.
    /// - Parameter bound: the statement ends after so many.
    func rows(of statement: String, atMost bound: Int, as operation: String) throws(SQLiteError) -> [[String?]] {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK else { throw error(operation) }
        defer { sqlite3_finalize(prepared) }
        var rows: [[String?]] = []
        while rows.count < bound {
            switch sqlite3_step(prepared) {
            case SQLITE_DONE: return rows
            case SQLITE_ROW:
                // A check that was interrupted complains about what it did not reach.
                if shouldStop() { throw .stopped }
                rows.append((0..<sqlite3_column_count(prepared)).map { sqlite3_column_text(prepared, $0).map { String(cString: $0) } })
            case SQLITE_INTERRUPT: throw .stopped
            case _: throw error(operation)
            }
        }
        return rows
    }

    /// Lets an alarm interrupt what runs here, until the connection goes.
    func interrupted(by alarm: InterruptAlarm) { alarm.watch(handle) }

    private func bind(_ text: [UInt8], to statement: OpaquePointer?) -> Bool {
        // SQLITE_TRANSIENT: the library takes a copy.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return text.withUnsafeBytes { bytes in
            sqlite3_bind_text(statement, 1, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), copied)
        } == SQLITE_OK
    }

    private func error(_ operation: String) -> SQLiteError {
        guard !shouldStop() else { return .stopped }
        let reason = String(cString: sqlite3_errmsg(handle))
        return .library(operation: operation, reason: reason, code: sqlite3_extended_errcode(handle))
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
