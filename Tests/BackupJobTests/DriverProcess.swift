import Foundation
import Testing

/// A backup in a process of its own.
final class DriverProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest = Data()

    /// The program beside the tests' own.
    static var path: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: tests).deletingLastPathComponent().path + "/backup-test-driver"
        }
    }

    /// Starts it; it waits at `step`.
    /// - Parameter verb: a verb and its words, in the place of a backup.
    init(_ request: String, pausingAt step: String = "never", through wrapper: [String] = [], verb: [String] = []) throws {
        let command = wrapper + [try Self.path, step] + verb
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data((request + "\n").utf8))
    }

    /// Its process id; with a wrapper that replaces itself too.
    var pid: Int32 { process.processIdentifier }

    /// The next line it prints; nil at its end.
    func line() throws -> String? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = Data(rest[(end + 1)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            rest += more
        }
    }

    /// Reads until this line.
    func wait(for wanted: String) throws {
        var seen: [String] = []
        while let line = try line() {
            if line == wanted { return }
            seen.append(line)
        }
        Issue.record("\(wanted) never came, but \(seen)")
    }

    /// The last line, and the exit status.
    func finish() throws -> (last: String, status: Int32) {
        try input.fileHandleForWriting.close()
        var last = ""
        while let line = try line() { last = line }
        process.waitUntilExit()
        return (last, process.terminationStatus)
    }

    /// Ends it as a power cut would.
    func killNow() {
        kill(pid, SIGKILL)
        process.waitUntilExit()
    }
}
