import Foundation
import Glibc
import Testing

/// A server of Tests/Servers, in a folder of its own; it ends with this.
final class PythonServer {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    /// The interpreter that has the servers' packages.
    static let python = root + "/.build/test-servers/bin/python"
    static let hasPackages = FileManager.default.isExecutableFile(atPath: python)

    let folder: URL
    let port: Int
    private let process = Process()
    private let input = Pipe()

    /// - Parameter script: of Tests/Servers; `FOLDER` among the arguments stands for its folder.
    init(_ script: String, _ arguments: [String], in folder: URL? = nil, python: String = "/usr/bin/python3") throws {
        self.folder = try folder ?? Self.scratch()
        let output = Pipe()
        process.executableURL = URL(filePath: python)
        let place = self.folder.path
        process.arguments = ["\(Self.root)/Tests/Servers/\(script)"] + arguments.map { $0.replacing("FOLDER", with: place) }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "\(script) did not start")
    }

    deinit {
        // Foundation reaps it; waiting for that here would wait for every program that was started beside it.
        kill(process.processIdentifier, SIGKILL)
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            Issue.record("\(folder.path) cannot be removed: \(error)")
        }
    }

    static func scratch() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "notify-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The lines of its log, each an object.
    func log() throws -> [[String: Any]] {
        let file = folder.appending(path: "log")
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// Runs a program to its end.
    @discardableResult
    static func run(_ words: [String], in folder: URL? = nil, input: String = "") throws -> String {
        let process = Process()
        let (output, stdin) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardInput = stdin
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(words) failed")
        return String(decoding: text, as: UTF8.self)
    }
}
