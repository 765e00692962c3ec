import Foundation
import Testing

/// The built `acore-sched`, run as a process on a bench.
struct BuiltCommand {
    /// What a run came to.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// The lines of standard output as JSON objects.
        func objects() throws -> [[String: Any]] {
            try output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        }
    }

    private let bench: Bench
    private let executable: URL

    /// Finds the program beside the test bundle.
    init(on bench: Bench) throws {
        self.bench = bench
        let products = URL(filePath: try #require(CommandLine.arguments.first)).deletingLastPathComponent()
        executable = products.appending(path: "acore-sched")
        try #require(FileManager.default.isExecutableFile(atPath: executable.path()), "no program at \(executable.path())")
    }

    /// Runs it to its end; files carry both streams, so that no pipe can fill.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let stem = "\(bench.root)/stream-\(UInt64.random(in: 0...UInt64.max))"
        let files = ["out", "err"].map { URL(filePath: "\(stem).\($0)") }
        for file in files { try Data().write(to: file) }
        let process = process(arguments, environment: environment)
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
    }

    /// A process that was not started yet, with its folders named by the environment.
    func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let own = [
            "ACORE_SCHED_JOBS_DIR": bench.jobs, "ACORE_SCHED_STATE_DIR": bench.state, "ACORE_SCHED_CONFIG": bench.root + "/none.yaml",
            "TZ": "UTC", "COLUMNS": "80",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(own) { $1 }.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }
}
