import CommandJob
import CronSchedule
import Foundation
import JobKit
import SchedulerCore
import Testing

@testable import JobFiles

@Suite struct CacheTests {
    let folder: Scratch
    let state: Scratch

    init() throws {
        folder = try Scratch()
        state = try Scratch()
        try folder.write("a.yaml", "uses: command\nwith: {argv: [a]}\n")
        try folder.write("b.yaml", "uses: command\nschedule: \"* */15 * * * *\"\ndescription: ${HOST:-x}\nwith: {argv: [b]}\n")
    }

    private var cachePath: String { "\(state.path)/definitions" }

    private func load(environment: [String: String] = [:], privileged: Bool = false, kinds: [KindDescription]? = nil) -> JobFileSet {
        let loader = loader(
            environment: environment, privileged: privileged, cachePath: cachePath, kinds: kinds ?? [KindDescription(of: CommandJob.self)])
        return Self.load(loader, folder.path, now: present)
    }

    /// What a load finds; what is new of it is kept.
    private static func load(_ loader: JobFileLoader, _ directory: String, now: Instant) -> JobFileSet {
        let set = loader.load(directory: directory, now: now)
        #expect(throws: Never.self) { try set.unkept?.keep() }
        return set
    }

    private func kept(_ set: JobFileSet) -> [String] { set.files.filter(\.wasKept).compactMap(\.job) }

    @Test func whatDidNotChangeIsNotReadAgainAndMeansTheSame() {
        let first = load()
        #expect(kept(first).isEmpty)
        let second = load()
        #expect(kept(second) == ["a", "b"])
        #expect(second.definitions == first.definitions && second.findings == first.findings && !second.findings.isEmpty)
    }

    @Test(
        "a definition with what looks like a secret is kept nowhere, and read at each start",
        arguments: ["environment: {VALUE: \"${API_TOKEN}\"}", "environment: {API_TOKEN: hunter2}", "description: ${API_TOKEN}"])
    func keepsNoSecret(_ line: String) throws {
        try folder.write("a.yaml", "uses: command\n\(line)\nwith: {argv: [a]}\n")
        for _ in 1...2 {
            let set = load(environment: ["API_TOKEN": "hunter2"])
            #expect(set.definitions.count == 2)
            #expect(set.files.map(\.holdsSecret) == [true, false])
            #expect(set.findings.contains { $0.problem.contains("is then not kept on the disk") })
            let bytes = try Data(contentsOf: state.url("definitions"))
            #expect(bytes.range(of: Data("hunter2".utf8)) == nil)
            #expect(!set.findings.contains { "\($0)".contains("hunter2") }, "no finding repeats it")
        }
        #expect(kept(load(environment: ["API_TOKEN": "hunter2"])) == ["b"])
    }

    @Test func aChangedFileIsReadAgain() throws {
        _ = load()
        try folder.write("a.yaml", "uses: command\nwith: {argv: [changed]}\n")
        let set = load()
        #expect(kept(set) == ["b"])
        #expect(set.definitions["a"]?.settings["argv"]?.list?.first?.text == "changed")
        #expect(kept(load()) == ["a", "b"])
    }

    @Test func aRemovedFileIsForgotten() throws {
        _ = load()
        try FileManager.default.removeItem(at: folder.url("a.yaml"))
        #expect(load().definitions.keys.sorted() == ["b"])
        let bytes = try Data(contentsOf: state.url("definitions"))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("a.yaml"))
    }

    @Test func aFileThatChangedWithinTheRacySpanIsNotTrusted() throws {
        var status = stat()
        stat("\(folder.path)/a.yaml", &status)
        let modified = FileIdentity(status).modified
        let cache = { (written: Int64) in
            let now = Instant(milliseconds: written / 1_000_000)
            let quick = loader(cachePath: cachePath)
            _ = Self.load(quick, folder.path, now: now)
            let again = Self.load(quick, folder.path, now: now)
            try FileManager.default.removeItem(atPath: cachePath)
            return kept(again).contains("a")
        }
        #expect(try !cache(modified + DefinitionCache.racySpan / 2))
        #expect(try cache(modified + 10 * DefinitionCache.racySpan))
    }

    @Test func anotherValueOfAVariableThatAFileNamesCounts() {
        _ = load(environment: ["OTHER": "1"])
        #expect(kept(load(environment: ["OTHER": "2"])) == ["a", "b"])
        let set = load(environment: ["HOST": "h"])
        #expect(kept(set) == ["a"] && set.definitions["b"]?.description == "h")
    }

    @Test func anotherFileOfVariablesCounts() throws {
        try state.write("env", "HOST=one\n")
        try folder.write("b.yaml", "uses: command\nenvironment_file: \(state.path)/env\ndescription: ${HOST}\nwith: {argv: [b]}\n")
        _ = load()
        #expect(kept(load()) == ["a", "b"])
        try state.write("env", "HOST=three\n")
        let set = load()
        #expect(kept(set) == ["a"] && set.definitions["b"]?.description == "three")
    }

    @Test func otherKindsCount() {
        _ = load()
        var kind = KindDescription(of: CommandJob.self)
        kind.summary = "another release"
        #expect(kept(load(kinds: [kind])).isEmpty)
    }

    @Test func aDamagedCacheIsIgnoredAndWrittenAnew() throws {
        _ = load()
        let good = try Data(contentsOf: state.url("definitions"))
        for position in stride(from: 0, to: good.count, by: max(1, good.count / 50)) {
            var bad = good
            bad[position] ^= 0x41
            try bad.write(to: state.url("definitions"))
            chmod(cachePath, 0o600)
            #expect(kept(load()).isEmpty, "byte \(position)")
            #expect(kept(load()) == ["a", "b"])
        }
        for length in [0, 7, 8, 40, good.count - 1] {
            try good.prefix(length).write(to: state.url("definitions"))
            chmod(cachePath, 0o600)
            #expect(kept(load()).isEmpty, "length \(length)")
        }
    }

    @Test func onlyTheOwnerMayReadIt() throws {
        _ = load()
        var status = stat()
        stat(cachePath, &status)
        #expect(status.st_mode & 0o777 == 0o600)
        chmod(cachePath, 0o640)
        #expect(kept(load()).isEmpty)
    }

    @Test func aFolderThatCannotBeWrittenIsSaidWhenTheyAreKept() throws {
        let set = loader(cachePath: "/nonexistent/definitions").load(directory: folder.path, now: present)
        #expect(set.definitions.count == 2 && !set.hasErrors)
        let unkept = try #require(set.unkept)
        let refusal = #expect(throws: FileRefusal.self) { try unkept.keep() }
        #expect(refusal?.problem == "it cannot be written: No such file or directory")
    }

    @Test func whatWasKeptIsNotKeptAgain() {
        #expect(load().unkept != nil)
        #expect(load().unkept == nil)
    }

    @Test func anErrorThatComesFromAnotherFileHasItsPlaceThoughTheDefinitionWasKept() throws {
        try folder.write("a.yaml", "uses: command\nafter: [b]\nwith: {argv: [a]}\n")
        _ = load()
        try FileManager.default.removeItem(at: folder.url("b.yaml"))
        let set = load()
        #expect(set.findings.map { "\($0.line):\($0.column): \($0.problem)" } == ["2:9: there is no job named b"])
        #expect(set.definitions.isEmpty)
    }

    @Test func aPluginsErrorHasItsPlaceInAFileThatIsFineByItself() throws {
        try folder.write("a.yaml", "uses: command\nwith:\n  argv: [a]\n")
        let loader = loader(kinds: [.commandWithRules]) { questions in
            questions.map { question in
                question.settings["argv"]?.list?.first?.scalarText == "a"
                    ? [Finding(.error, at: ["argv"], problem: "argv is not to the plugin's taste", fix: "mend it")] : []
            }
        }
        let set = loader.load(directory: folder.path, now: present)
        let errors = set.findings.filter { $0.severity == .error }
        #expect(errors.map { "\($0.line):\($0.column): \($0.problem)" } == ["3:3: argv is not to the plugin's taste"])
        #expect(errors.map(\.sourceLine) == ["  argv: [a]"])
        #expect(set.definitions.keys.sorted() == ["b"])
    }

    /// A property that is added to a definition must be added to its bytes: then this count has to change too.
    @Test func everyPropertyOfADefinitionIsKept() throws {
        let job = try #require(loader(environment: ["HOST": "h"]).load(text: Self.full, name: "job", now: present).definitions["job"])
        var writer = ByteWriter()
        writer.write(job)
        var reader = ByteReader(writer.bytes, in: 0..<writer.bytes.count)
        #expect(try reader.definition() == job)
        let parts: [Any] = [
            job, job.timing, job.catchUp, job.retry, job.surroundings, job.surroundings.limits, job.notices, job.history, job.alerts,
        ]
        #expect(parts.map { Mirror(reflecting: $0).children.count } == [18, 4, 3, 4, 4, 5, 3, 2, 10])
        for length in 0..<writer.bytes.count {
            #expect(throws: DamagedBytes.self) {
                var short = ByteReader(writer.bytes, in: 0..<length)
                _ = try short.definition()
            }
        }
    }

    private static let full = """
        description: all
        uses: command
        schedule: "0 12 * * *"
        timezone: UTC
        dst_gap: skip
        enabled: false
        after: [a, b]
        jitter: 5m
        overlap: allow
        catch_up: {mode: none, deadline: 6h}
        timeout: 3s
        grace: 1m
        retry: {attempts: 3, backoff: constant, initial: 10s, max: 5m}
        group: disk
        run_as: somebody
        limits: {memory_max: 2G, cpu_max: 80%, pids_max: 64, nice: -10, io_class: idle}
        environment: {A: b}
        secrets: {A: secret:a}
        alerts: {for: 2m, results: 2, unknown_for: 1m, clear: 3m, clear_results: 4, reminder: 1h, late: 6m, slow: 2h, unit: a.service, parents: [x]}
        notify: {on: [failure, late], to: ops}
        heartbeat: https://example.org/ping
        history: {keep: 5, max_age: 1d}
        dry_run: true
        with: {argv: [a, 1, 1.5, true], exit_codes: {ok: [], warning: 1}}
        """
}
