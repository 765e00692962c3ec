import BackupJob
import CommandJob
import CronSchedule
import Foundation
import HealthJob
import JobFiles
import JobKit
import SchedulerCore
import Testing

/// The files that are shipped: job files, samples of plugins, the schema.
@Suite struct ShippedFilesTests {
    /// The project's folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let kinds = [KindDescription(of: BackupJob.self), KindDescription(of: CommandJob.self), KindDescription(of: HealthJob.self)]
    /// Every job file and sample, as a path below the project's folder.
    static let files: [String] = {
        let jobs = names(in: "jobs.d").map { "jobs.d/\($0)" }
        return jobs + names(in: "Plugins").map { "Plugins/\($0)/sample.yaml" }
    }()

    private static func names(in folder: String) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted()
        } catch {
            Issue.record(error)
            return []
        }
    }

    @Test func thereAreShippedFiles() {
        #expect(Self.files.filter { $0.hasPrefix("jobs.d/") }.count >= 5)
        #expect(Self.files.contains("Plugins/BackupJob/sample.yaml"))
    }

    @Test("has no finding, its plugin's own rules included", arguments: files)
    func validates(_ file: String) throws {
        let loader = JobFileLoader(kinds: Self.kinds, environment: [:], privileged: false, currentUser: "nobody") { questions in
            questions.map { question in
                switch question.kind {
                case "backup": BackupJob.Settings.read(from: question.settings, at: []).findings
                case "health": HealthJob.Settings.read(from: question.settings, at: []).findings
                case _: CommandJob.Settings.read(from: question.settings, at: []).findings
                }
            }
        }
        let now = try #require(Instant(iso8601: "2027-01-15T12:00:00Z"))
        let set =
            file.hasPrefix("jobs.d/")
            ? loader.load(directory: Self.root.appending(path: "jobs.d").path, now: now)
            : loader.load(paths: [Self.root.appending(path: file).path], now: now)
        let findings = set.findings.filter { $0.file.hasSuffix(file) && $0.severity == .error }
        #expect(findings.isEmpty, "\(findings.map { $0.rendered() })")
        #expect(set.files.contains { $0.path.hasSuffix(file) })
    }

    /// The variables of the scripts that these files replace.
    @Test(arguments: ["full", "incremental", "config_only"])
    func theBackupsObeyTheVariablesOfThePredecessor(_ type: String) throws {
        let variables = [
            "BACKUP_TYPE": type, "MAX_BACKUPS": "7", "BACKUP_RETENTION_DAYS": "9", "BACKUP_DIR": "/srv/points", "BACKUP_ENABLED": "false",
            "BACKUP_SCHEDULE": "15 3 * * *",
        ]
        let loader = JobFileLoader(kinds: Self.kinds, environment: variables, privileged: false, currentUser: "nobody") { questions in
            questions.map { $0.kind == "backup" ? BackupJob.Settings.read(from: $0.settings, at: []).findings : [] }
        }
        let now = try #require(Instant(iso8601: "2027-01-15T12:00:00Z"))
        let set = loader.load(directory: Self.root.appending(path: "jobs.d").path, now: now)
        let errors = set.findings.filter { $0.severity == .error }
        #expect(errors.isEmpty, "\(errors.map { $0.rendered() })")
        let job = try #require(set.definitions["backup-full"])
        #expect(!job.enabled && "\(job)".contains("15 3 * * *"), "\(job)")
        #expect(job.settings["type"]?.text == type)
        for name in ["backup-full", "backup-incremental", "backup-config"] {
            let settings = try #require(set.definitions[name]?.settings)
            #expect(settings["repository"]?.text == "/srv/points", "\(name)")
            #expect(settings["keep"]?["days"] == job.settings["keep"]?["days"], "\(name)")
        }
        #expect(job.settings["keep"]?["last"]?.scalarText == "7" && job.settings["keep"]?["days"]?.scalarText == "9")
    }

    /// Where two checks of the shipped job look at the same, one of them judges it.
    @Test func theHealthJobTellsEachTroubleOnce() throws {
        let loader = JobFileLoader(kinds: Self.kinds, environment: [:], privileged: false, currentUser: "nobody") { $0.map { _ in [] } }
        let now = try #require(Instant(iso8601: "2027-01-15T12:00:00Z"))
        let set = loader.load(paths: [Self.root.appending(path: "jobs.d/health.yaml").path], now: now)
        let with = try #require(set.definitions["health"]?.settings)
        #expect(with["system_resources"]?["judges"]?.list?.compactMap(\.text) == ["cpu"])
        #expect(with["memory_usage"] != nil && with["disk_space"] != nil, "these judge the rest")
    }

    @Test("names a schema that is there", arguments: files)
    func hasAWorkingModeline(_ file: String) throws {
        let url = Self.root.appending(path: file)
        let first = try #require(try String(contentsOf: url, encoding: .utf8).split(separator: "\n").first)
        let prefix = "# yaml-language-server: $schema="
        #expect(first.hasPrefix(prefix))
        let schema = url.deletingLastPathComponent().appending(path: String(first.dropFirst(prefix.count))).standardized
        #expect(FileManager.default.fileExists(atPath: schema.path), "\(schema.path)")
    }

    @Test func theSchemaIsTheOneThatTheProgramPrints() throws {
        let shipped = try Data(contentsOf: Self.root.appending(path: "docs/job-file.schema.json"))
        let printed = try JobFileSchema.document(kinds: Self.kinds.sorted { $0.kind < $1.kind })
        #expect(String(decoding: shipped, as: UTF8.self) == String(decoding: printed, as: UTF8.self) + "\n", "write it anew: make schema")
    }
}
