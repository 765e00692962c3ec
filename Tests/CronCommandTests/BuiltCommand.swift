import Foundation
import Testing

/// The built `acore-sched`, run as a process.
struct BuiltCommand {
    /// What a run came to.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    private let executable: URL

    /// Finds the program beside the test bundle.
    init() throws {
        let bundle = URL(filePath: try #require(CommandLine.arguments.first)).deletingLastPathComponent()
        executable = bundle.appending(path: "acore-sched")
        try #require(FileManager.default.isExecutableFile(atPath: executable.path()), "no program at \(executable.path())")
    }

    /// Runs the program with `input` on standard input; files carry all three streams, so that no pipe can fill.
    func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cron-command-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) } }
        let files = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        try Data().write(to: files[1])
        try Data().write(to: files[2])
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
    }
}
