import BackupJob
import CommandJob
import CronSchedule
import Foundation
import JobFiles
import JobKit
import SchedulerCore
import Testing

/// Jobs that name the same set of points.
@Suite struct SharedSetTests {
    private let folder: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "shared-XXXXXX").utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    private func findings(_ files: [String: String]) throws -> [String] {
        defer {
            let removal = Result { try FileManager.default.removeItem(atPath: folder) }
            if case .failure(let error) = removal { Issue.record(error) }
        }
        for (name, with) in files {
            let place = with.contains("repository:") ? "" : "repository: /r, "
            try "uses: backup\nwith: {\(place)\(with)}\n".write(
                toFile: "\(folder)/\(name).yaml", atomically: true, encoding: .utf8)
        }
        let loader = JobFileLoader(
            kinds: [KindDescription(of: BackupJob.self)], environment: [:], privileged: false, currentUser: "nobody")
        let now = try #require(Instant(iso8601: "2027-01-15T12:00:00Z"))
        return loader.load(directory: folder, now: now).findings.map {
            "\($0.file.split(separator: "/").last ?? ""):\($0.line) \($0.problem)"
        }
    }

    @Test func thatSayTheSameAreFine() throws {
        let same = "set: s, sources: {a: /a, b: /b}"
        #expect(
            try findings([
                "one": same, "two": "set: s, sources: {b: /b, a: /a}, type: incremental, exclude: [], threads: 3",
                "config": "set: s, sources: {a: /a}, config_sources: [a], type: config_only", "other": "set: t, sources: {a: /c}",
                "elsewhere": "sources: {a: /d}", "third": "set: s, sources: {a: /a, b: /b}, type: synthetic",
            ]) == [])
    }

    @Test func ofTheShippedJobsOneStandsForAllOfTheBackups() throws {
        let kinds = [KindDescription(of: BackupJob.self), KindDescription(of: CommandJob.self)]
        let loader = JobFileLoader(kinds: kinds, environment: [:], privileged: false, currentUser: "nobody")
        let now = try #require(Instant(iso8601: "2027-01-15T12:00:00Z"))
        let jobs = loader.load(directory: ShippedFilesTests.root.appending(path: "jobs.d").path, now: now).definitions.values
            .filter { $0.kind == "backup" }
        #expect(jobs.count == 4)
        #expect(SharedRules(kinds: kinds).representative(of: jobs)?.name == "backup-full")
    }

    @Test func areTheSameHoweverTheyAreWritten() throws {
        let found = try findings([
            "a": "set: my_job, sources: {a: /a}, keep: {last: 3}", "My.Job": "sources: {a: /a}",
            "b": "repository: /srv//r/, set: s, sources: {a: /a}, keep: {last: 3}",
            "c": "repository: /srv/r, set: s, sources: {a: /a}",
        ])
        #expect(
            found == [
                "a.yaml:2 a and My.Job share a set of points and have to agree on with.keep, which differs",
                "c.yaml:2 c and b share a set of points and have to agree on with.keep, which differs",
            ])
    }

    @Test func thatDifferInSourcesOrRulesAreErrors() throws {
        #expect(
            try findings([
                "one": "set: s, sources: {a: /a}, keep: {last: 3}", "two": "set: s, type: incremental, sources: {a: /b}, keep: {last: 3}",
                "three": "set: s, type: synthetic, sources: {a: /a}",
                "s": "sources: {a: /a}, keep: {last: 3}, one_file_system: true",
            ]) == [
                "s.yaml:2 s and one share a set of points and have to agree on with.one_file_system, which differs",
                "three.yaml:2 three and one share a set of points and have to agree on with.keep, which differs",
                "two.yaml:2 two and one share a set of points and have to agree on with.sources, which differs",
            ])
    }
}
