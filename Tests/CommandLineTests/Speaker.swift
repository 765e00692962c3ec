import Foundation
import Testing

/// A process whose lines are read one by one, as it prints them.
final class Speaker {
    private let process: Process
    private let pipe = Pipe()
    private var rest: [UInt8] = []

    init(_ process: Process) throws {
        self.process = process
        process.standardOutput = pipe
        process.standardError = FileHandle.standardError
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// Waits for the next line; nil at the end of the output.
    func line() -> String? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeSubrange(...end) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            let more = pipe.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            rest += more
        }
    }

    /// Asks it to end.
    func terminate() { process.terminate() }

    /// Ctrl-C.
    func interrupt() { process.interrupt() }

    /// Waits for its end.
    /// - Returns: its status; 128 and the signal's number for one that was killed.
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }
}
