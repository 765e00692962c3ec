import ControlAPI
import Foundation
import Testing

/// The formats' own tools: the parsers of Prometheus's library for Python, and promtool.
struct MetricsChecker {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let python = root + "/.build/test-servers/bin/python"
    private static let promtool = root + "/.build/test-servers/bin/promtool"

    static let isThere = [python, promtool].allSatisfy(FileManager.default.isExecutableFile)

    /// What a parser found: name, labels and value.
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    /// What a parser does not take.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Reads metrics as a scraper does; its folder is gone afterwards.
    static func read(_ bytes: [UInt8], as format: MetricsFormat) throws -> [Sample] {
        let checker = try MetricsChecker()
        defer { try? FileManager.default.removeItem(at: checker.folder) }
        let file = checker.folder.appending(path: "metrics")
        try Data(bytes).write(to: file)
        let answer = try checker.run([
            python, root + "/Tests/Servers/check-metrics", format == .text ? "text" : "openmetrics", file.path,
        ])
        guard answer.status == 0 else { throw Refusal(description: answer.text) }
        return try answer.text.split(separator: "\n").map { line in
            let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            let name = try #require(fields[3] as? String)
            let labels = try #require(fields[4] as? [String: String])
            let value = (fields[5] as? String).flatMap { Double($0) }
            return Sample(name: name, labels: labels, value: try #require(value))
        }
    }

    /// What promtool says of metrics in the text format; empty when it finds nothing to say.
    static func lint(_ bytes: [UInt8]) throws -> String {
        let checker = try MetricsChecker()
        defer { try? FileManager.default.removeItem(at: checker.folder) }
        let file = checker.folder.appending(path: "metrics")
        try Data(bytes).write(to: file)
        let answer = try checker.run([promtool, "check", "metrics"], input: file)
        return answer.text + (answer.status == 0 ? "" : "status \(answer.status)")
    }

    /// What promtool says to `words` in a folder.
    static func promtool(_ words: [String], in folder: URL) throws -> (status: Int32, text: String) {
        let checker = try MetricsChecker()
        defer { try? FileManager.default.removeItem(at: checker.folder) }
        return try checker.run([promtool] + words, at: folder)
    }

    private func run(_ words: [String], input: URL? = nil, at place: URL? = nil) throws -> (status: Int32, text: String) {
        let process = Process()
        let output = folder.appending(path: "output")
        try Data().write(to: output)
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = place
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }
}
