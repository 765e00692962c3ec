import ArgumentParser
import Daemon
import Foundation
import Glibc

extension CompletionKind {
    /// The jobs of the folder that the command line being completed names.
    static var jobNames: CompletionKind {
        .custom { words, _, prefix in
            let option = words.firstIndex(of: "--jobs-dir").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
            let locations = Locations.resolve(
                .init(jobsDirectory: option), environment: ProcessInfo.processInfo.environment, isRoot: geteuid() == 0,
                workingDirectory: FileManager.default.currentDirectoryPath)
            return jobs(in: locations.jobsDirectory).filter { $0.hasPrefix(prefix) }
        }
    }

    /// Names of files alone: whoever presses a key does not wait for a check of their contents.
    private static func jobs(in folder: String) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
                .map { String($0.dropLast(".yaml".count)) }.sorted()
        } catch {
            return []  // A folder that cannot be listed offers nothing; the command itself says why.
        }
    }
}
