import Foundation

/// The built programs: in the folder that ACORE_SCHED_BIN names, else beside the tests' own program.
enum Programs {
    static let folder: String = {
        if let named = ProcessInfo.processInfo.environment["ACORE_SCHED_BIN"] { return named }
        let tests = CommandLine.arguments[0]
        return String(tests.prefix(upTo: tests.lastIndex(of: "/") ?? tests.startIndex))
    }()

    static var scheduler: String { folder + "/acore-sched" }
    static var launcher: String { folder + "/acore-launch" }
}
