import CommandJob
import CronSchedule
import Foundation
import JobFiles
import JobKit

/// Reads many job files: cold, with everything kept, and with one file of a hundred changed.
@main
enum JobFilesBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[1]), count > 0 else {
            print("usage: job-files-benchmark COUNT FOLDER")
            exit(2)
        }
        let folder = "\(arguments[2])/jobs.d"
        let cache = "\(arguments[2])/definitions"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for number in 0..<count { try write(number, in: folder, text: "Job number \(number)") }
        // After every file's time by more than the span in which a change might go unseen.
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 10_000)
        try measure("no cache", files: folder, cache: nil, now: now)
        try measure("cold, writes the cache", files: folder, cache: cache, now: now)
        try measure("warm", files: folder, cache: cache, now: now)
        for number in stride(from: 0, to: count, by: 100) { try write(number, in: folder, text: "Changed") }
        try measure("warm, 1 % changed", files: folder, cache: cache, now: now)
    }

    private static func write(_ number: Int, in folder: String, text: String) throws {
        let text = """
            # yaml-language-server: $schema=job-file.schema.json
            description: \(text)
            uses: command
            schedule: "\(number % 60) \(4 + number % 20) * * *"
            timezone: Europe/Berlin
            timeout: 10m
            retry: {attempts: 3, initial: 30s}
            environment:
              NUMBER: "\(number)"
            with:
              argv: [/usr/bin/true, "\(number)"]
            """
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/job-\(number).yaml"))
    }

    /// Five loads; the median and the smallest wall time, and the processor time of the median's load.
    private static func measure(_ name: String, files: String, cache: String?, now: Instant) throws {
        let kept = cache.flatMap { FileManager.default.contents(atPath: $0) }
        var samples: [(wall: Double, processor: Double)] = []
        for _ in 0..<5 {
            if let cache {
                if let kept { try kept.write(to: URL(filePath: cache)) } else { try? FileManager.default.removeItem(atPath: cache) }
                chmod(cache, 0o600)
            }
            let loader = JobFileLoader(
                kinds: [KindDescription(of: CommandJob.self)], environment: [:], privileged: false, currentUser: "", cachePath: cache)
            let started = (ContinuousClock.now, clock())
            let set = loader.load(directory: files, now: now)
            samples.append((seconds(ContinuousClock.now - started.0), Double(clock() - started.1) / Double(CLOCKS_PER_SEC)))
            guard !set.hasErrors, set.isComplete else {
                print(FindingReport(colour: false).text(for: set.findings))
                exit(1)
            }
        }
        samples.sort { $0.wall < $1.wall }
        let columns = [samples[2].wall, samples[0].wall, samples[2].processor].map { String(format: "%.3f s", $0) }
        print("| \(name) | \(columns.joined(separator: " | ")) |")
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
