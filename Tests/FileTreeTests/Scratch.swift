import FileTree
import Foundation
import Testing

/// A fresh folder for one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "filetree-XXXXXX").utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        // Deeper than a path may be long: only our own removal gets through.
        let removal = Result { () throws(FileTreeError) in try FileTree.remove(PathBytes(path)) }
        if case .failure(let error) = removal { Issue.record(error) }
    }

    var bytes: PathBytes { PathBytes(path) }

    func file(_ name: String, _ text: String = "x") throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Runs a line of shell in the folder and returns what it printed.
    @discardableResult
    func shell(_ line: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", line]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(line) ended with \(process.terminationStatus)")
        return String(decoding: output, as: UTF8.self)
    }

    /// Every event of a walk, as one line each.
    func walk(_ options: WalkOptions = WalkOptions(), below root: String = "") throws -> [String] {
        var walk = try TreeWalk(root: PathBytes(path + root), options: options)
        var lines: [String] = []
        while let event = walk.next() {
            switch event {
            case .entry(let entry): lines.append("\(entry.status.type.rawValue) \(entry.path)")
            case .skipped(let path, let reason): lines.append("skipped \(path): \(reason.rawValue)")
            case .failed(let error): lines.append("failed \(error.path): \(error.reason)")
            }
        }
        return lines
    }
}
