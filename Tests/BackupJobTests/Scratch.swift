import FileTree
import Foundation
import Testing

/// A fresh folder for one test, removed with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "backup-XXXXXX").utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        let removal = Result { () throws(FileTreeError) in try FileTree.remove(PathBytes(path)) }
        if case .failure(let error) = removal { Issue.record(error) }
        if case .success(let done) = removal, let failure = done.failures.first { Issue.record(failure) }
    }

    /// Runs a line of shell in the folder; its output and error together.
    @discardableResult
    func shell(_ line: String, in folder: String = "") throws -> String {
        let (text, status) = try run(line, in: folder)
        try #require(status == 0, "\(line) ended with \(status): \(text)")
        return text
    }

    /// As `shell`, for lines that may fail.
    func run(_ line: String, in folder: String = "") throws -> (text: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", line]
        process.currentDirectoryURL = URL(fileURLWithPath: path + "/" + folder)
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8", "TZ": "UTC"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }
}
