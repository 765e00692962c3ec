import Foundation
import Glibc

/// What `plugins new --language swift` writes, built as a package of its own against these sources.
enum SwiftPlugin {
    /// Longer than any build takes, in milliseconds.
    private static let patience: Int32 = 900_000

    /// The built program of the kind `new-swift`; made once, and anew only where the sources changed.
    static let program: Result<String, any Error> = Result {
        // Beside the tests' own program: what was built stays for the next run of them.
        let tests = CommandLine.arguments[0]
        let folder = tests.prefix(upTo: tests.lastIndex(of: "/") ?? tests.startIndex) + "/contract"
        let package = "\(folder)/new-swift"
        if Files.exists(package) { try FileManager.default.removeItem(atPath: package) }
        try FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)
        let environment = ProcessInfo.processInfo.environment
        let new = ["\(Programs.folder)/acore-sched", "plugins", "new", "new-swift", "--language", "swift", "--output", String(folder)]
        try run(new, environment: environment, files: "\(folder)/new")
        let source = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL.path()
        let build = ["swift", "build", "--package-path", package, "--scratch-path", "\(folder)/scratch"]
        try run(build, environment: environment.merging(["ACORE_SCHED_SOURCE": source]) { $1 }, files: "\(folder)/build")
        return "\(folder)/scratch/debug/new-swift"
    }

    private static func run(_ words: [String], environment: [String: String], files: String) throws {
        for stream in ["out", "err"] { unlink("\(files).\(stream)") }
        let child = try Child(words, environment: environment, files: files)
        guard try child.wait(patience: patience) == .exited(0) else { throw Overdue(description: child.errors + child.output) }
    }
}
