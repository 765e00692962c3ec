import CronSchedule
import Foundation
import JobKit
import SchedulerCore
import Testing

@testable import JobFiles

@Suite struct ReadingTests {
    @Test func whatThePluginFindsAcrossSettingsGetsItsPlace() {
        let asking = loader(kinds: [.commandWithRules]) { sections in
            sections.map { _ in [Finding(.error, at: ["stdin"], problem: "stdin does not go with argv", fix: "leave one out")] }
        }
        let found = asking.load(text: "uses: command\nwith:\n  argv: [a]\n  stdin: b\n", name: "job", now: present).findings
        #expect(found.map { "\($0.line):\($0.column): \($0.problem)" } == ["4:10: stdin does not go with argv"])
    }

    private let full = """
        description: Nightly full backup
        uses: command
        schedule: ["0 12 * * *", "@every 5m"]
        timezone: Europe/Berlin
        dst_gap: skip
        enabled: no
        after: [health]
        jitter: 5m
        overlap: queue
        catch_up: {mode: all, max: 3, deadline: 6h}
        timeout: 0s
        grace: 1m
        retry: {attempts: 3, backoff: linear, initial: 10s, max: 5m}
        group: disk
        run_as: somebody
        limits: {memory_max: 2G, cpu_max: 80%, pids_max: 64, nice: 10, io_class: best_effort}
        environment: {MODE: 0755, ANSWER: no, HOST: "${HOST}"}
        secrets: {A: secret:a, B: {from: secret:b.c, as: env}}
        notify: {on: [failure, late], to: ops}
        heartbeat: https://example.org/ping
        history: {keep: 5, max_age: 1d}
        dry_run: true
        with: {argv: [find, -perm, 0755, "${N}"], exit_codes: {warning: 1}}
        """

    @Test func everyKeyReachesTheDefinition() throws {
        let set = loader(environment: ["HOST": "h", "N": "007"]).load(text: full, name: "job", now: present)
        #expect(set.findings.map(\.problem) == [])
        let job = try #require(set.definitions["job"])
        var expected = JobDefinition(name: "job", kind: "command")
        expected.description = "Nightly full backup"
        expected.timing = Timing(schedules: ["0 12 * * *", "@every 5m"], timezone: "Europe/Berlin", dstGap: .skip, jitter: .seconds(300))
        expected.enabled = false
        expected.after = ["health"]
        expected.overlap = .queue
        expected.catchUp = CatchUpPolicy(mode: .all, max: 3, deadline: .seconds(21_600))
        expected.timeout = nil
        expected.grace = .seconds(60)
        expected.retry = RetryPolicy(attempts: 3, backoff: .linear, initial: .seconds(10), max: .seconds(300))
        expected.group = "disk"
        expected.surroundings = surroundings
        expected.notices.occasions = [.failure, .late]
        expected.notices.channels = ["ops"]
        expected.notices.heartbeat = "https://example.org/ping"
        expected.history = HistoryRule(keep: 5, maxAge: .seconds(86_400))
        expected.dryRun = true
        expected.settings = job.settings
        #expect(job == expected)
    }

    private var surroundings: Surroundings {
        var surroundings = Surroundings()
        surroundings.runAs = "somebody"
        surroundings.limits.memoryMax = 2 << 30
        surroundings.limits.cpuMax = 80
        surroundings.limits.pidsMax = 64
        surroundings.limits.nice = 10
        surroundings.limits.ioClass = .bestEffort
        surroundings.environment = [("MODE", "0755"), ("ANSWER", "no"), ("HOST", "h")].map {
            Surroundings.Variable(name: $0.0, value: $0.1)
        }
        surroundings.secrets = [
            Surroundings.SecretReference(name: "A", source: "a"), Surroundings.SecretReference(name: "B", source: "b.c", form: .env),
        ]
        return surroundings
    }

    @Test func settingsAreOfTheTypesDeclaredBeforeTheyTravel() throws {
        let set = loader(environment: ["HOST": "h", "N": "007"]).load(text: full, name: "job", now: present)
        let settings = try #require(set.definitions["job"]?.settings)
        #expect(settings["argv"]?.list?.map(\.value) == [.text("find"), .text("-perm"), .text("0755"), .text("007")])
        #expect(
            settings["exit_codes"]
                == ConfigNode(.mapping([ConfigNode.Entry(key: "warning", value: ConfigNode(.list([ConfigNode(.integer(1))])))])))
    }

    @Test func whatIsLeftOutHasItsDefault() {
        let set = loader().load(text: "uses: command\nwith: {argv: [a]}\n", name: "job", now: present)
        var expected = JobDefinition(name: "job", kind: "command")
        expected.settings = set.definitions["job"]?.settings ?? ConfigNode(.null)
        #expect(set.definitions["job"] == expected)
        #expect(expected.timeout == .seconds(3600) && expected.grace == .seconds(30) && expected.overlap == .skip)
        #expect(expected.catchUp == CatchUpPolicy(mode: .last, max: 10, deadline: .seconds(86_400)) && expected.retry.attempts == 1)
        #expect(expected.history == HistoryRule(keep: 200, maxAge: .seconds(7_776_000)))
    }

    @Test func aJobThatSaysNothingOfItsHistoryFollowsTheDaemonsRule() {
        let rule = HistoryRule(keep: 7, maxAge: .seconds(86_400))
        let loader = JobFileLoader(
            kinds: [], environment: [:], privileged: false, currentUser: "x", standardHistory: rule)
        let set = loader.load(text: "uses: command\n", name: "job", now: present)
        #expect(set.findings.map(\.problem) == ["there is no kind named command"])
        #expect(JobChecks(rules: .sample(history: rule)).history(of: "uses: command\n") == rule)
        #expect(JobChecks(rules: .sample(history: rule)).history(of: "uses: command\nhistory: {keep: 9}\n") == HistoryRule(keep: 9))
    }

    @Test(
        "byte order mark, CRLF and merge keys are understood",
        arguments: [
            "\u{FEFF}uses: command\r\nwith:\r\n  argv: [a]\r\n",
            "uses: command\nwith: &w {argv: [a]}\nretry: {attempts: 1}\n",
            "uses: \"command\"\nnotify: {on: [failure], to: [a]}\nwith: {argv: [a]}\n",
        ])
    func understands(_ text: String) {
        let set = loader().load(text: text, name: "job", now: present)
        #expect(!set.hasErrors)
        #expect(set.definitions["job"]?.settings["argv"]?.list?.first?.text == "a")
    }

    @Test func keysBesideAMergeWin() {
        let text = "uses: command\nretry: &r {attempts: 2, initial: 1s}\nwith: {argv: [a]}\n"
        let source = SourceText("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n")
        let node = YAMLReader.read(source).root?["b"]
        #expect(node?["x"]?.value == .integer(1) && node?["y"]?.value == .integer(3))
        #expect(findings(in: text).isEmpty)
    }

    @Test func anchorsNameKeysValuesAndWhatIsBuiltOfThem() {
        let text = "&k first: &v 1\n*k : {again: *v}\nlast: &m {list: [*v, *k]}\nsame: *m\n"
        let doubled = YAMLReader.read(SourceText(text))
        #expect(doubled.faults.map(\.problem) == ["first is given twice, first in line 1"])
        let other = YAMLReader.read(SourceText(text.replacing("*k :", with: "other:")))
        #expect(other.faults.isEmpty)
        #expect(other.root?["other"]?["again"]?.value == .integer(1))
        #expect(other.root?["same"] == other.root?["last"])
        #expect(other.root?["same"]?["list"]?.list?.last?.text == "first")
    }

    @Test func aliasesCountWithTheDepthOfWhatTheyName() {
        let inner = String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
        let deep = String(repeating: "[", count: 12) + "*a" + String(repeating: "]", count: 12)
        let fits = String(deep.dropFirst(2).dropLast(2))
        #expect(YAMLReader.read(SourceText("a: &a \(inner)\nb: \(fits)\n")).faults.isEmpty)
        let faults = YAMLReader.read(SourceText("a: &a \(inner)\nb: \(deep)\n")).faults
        #expect(faults.map(\.problem) == ["this is nested deeper than 32 levels"])
        #expect(faults.first?.place == SourcePlace(line: 2, column: 16))
    }

    @Test(
        "plain scalars",
        arguments: [
            ("", ConfigNode.Value.null), ("~", .null), ("null", .null), ("true", .flag(true)), ("yes", .flag(true)), ("Off", .flag(false)),
            ("y", .text("y")), ("12", .integer(12)), ("-3", .integer(-3)), ("+3", .integer(3)), ("080", .integer(80)),
            ("0x1F", .integer(31)),
            ("0o17", .integer(15)), ("1.5", .number(1.5)), (".5", .number(0.5)), ("1e3", .number(1000)), ("1e999", .text("1e999")),
            (".inf", .text(".inf")), (".nan", .text(".nan")), ("1_000", .text("1_000")), ("--1", .text("--1")), ("-", .text("-")),
            ("12:30", .text("12:30")), ("99999999999999999999", .number(1e20)), ("0x", .text("0x")), ("2027-01-01", .text("2027-01-01")),
        ])
    func types(_ text: String, _ expected: ConfigNode.Value) { #expect(PlainScalar.value(of: text) == expected) }

    @Test func aFileByItsPathKnowsItsNeighboursAndItsOddities() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", "uses: command\nafter: [b]\nwith: {argv: [a]}\n")
        try scratch.write("b.yaml", "uses: command\n")
        try scratch.write("notes.txt", "")
        #expect(loader().load(paths: ["\(scratch.path)/a.yaml"], now: present).findings.isEmpty)
        #expect(loader().load(paths: ["\(scratch.path)/notes.txt"], now: present).hasErrors)
        #expect(
            loader().load(paths: ["\(scratch.path)/gone.yaml"], now: present).findings.map(\.problem) == [
                "there is no such file or folder"
            ])
        #expect(loader().load(paths: [scratch.path], now: present).files.count == 2)
    }

    @Test func aLinkWithinTheFolderIsFollowed() throws {
        let scratch = try Scratch()
        mkdir("\(scratch.path)/..data", 0o700)
        try scratch.write("..data/job.yaml", "uses: command\nwith: {argv: [a]}\n")
        symlink("..data/job.yaml", "\(scratch.path)/job.yaml")
        #expect(loader().load(directory: scratch.path, now: present).definitions.keys.sorted() == ["job"])
    }

    @Test func whatIsNoFileAnyMoreSinceItWasListedIsTreatedAsWhatItIs() throws {
        let scratch = try Scratch()
        try scratch.write("real.yaml", "uses: command\n")
        symlink("real.yaml", "\(scratch.path)/within.yaml")
        symlink("/etc/passwd", "\(scratch.path)/out.yaml")
        mkfifo("\(scratch.path)/pipe.yaml", 0o600)
        let folder = try HeldFolder(scratch.path)
        func read(_ name: String) throws(FileRefusal) -> String {
            let file = try OpenedFile.open(name, in: folder.descriptor, found: nil)
            return String(decoding: try file.read(limit: 100), as: UTF8.self)
        }
        #expect(try read("within.yaml") == "uses: command\n")
        #expect { try read("out.yaml") } throws: { ($0 as? FileRefusal)?.problem == "it is a link that leads out of its folder" }
        #expect { try read("pipe.yaml") } throws: { ($0 as? FileRefusal)?.problem == "it is a named pipe" }
    }

    @Test func tooManyEntriesAreRefused() {
        let schedules = (0...JobChecks.mostSchedules).map { "\"\($0) 12 * * *\"" }.joined(separator: ", ")
        let variables = (0...JobChecks.mostVariables).map { "V\($0): x" }.joined(separator: ", ")
        let text = "uses: command\nschedule: [\(schedules)]\nenvironment: {\(variables)}\nwith: {argv: [a]}\n"
        #expect(
            findings(in: text).map { $0.split(separator: "error: ").last } == [
                "schedule has 33 entries, more than 32", "environment has 257 entries, more than 256",
            ])
    }
}

extension JobRules {
    static func sample(history: HistoryRule) -> JobRules {
        JobRules(kinds: [], privileged: false, currentUser: "x", standardHistory: history, machineZone: .utc, now: present)
    }
}

extension JobChecks {
    /// The history rule that a text gives.
    func history(of text: String) -> HistoryRule? {
        var checks = self
        let keys = YAMLReader.read(SourceText(text)).root.flatMap { JobKeys.read(from: $0, at: []).settings }
        return keys.map { checks.definition(of: $0, name: "job").history }
    }
}
