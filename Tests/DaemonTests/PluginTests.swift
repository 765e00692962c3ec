import Daemon
import Foundation
import Glibc
import JobFiles
import JobKit
import Testing

/// The folder of plugins: what is used, what is refused, what is asked again.
@Suite struct PluginTests {
    /// A catalog over a folder of plugins in shell; the worker knows the one kind `inside`.
    private struct Bench {
        let space: Workspace
        let worker: String
        /// As the kernel writes it: messages name programs so.
        var plugins: String { space.path.replacing("//", with: "/") + "/plugins" }
        var kept: String { space.path + "/kinds.json" }

        init() throws {
            space = try Workspace()
            chmod(space.path, 0o755)
            worker = space.path + "/worker"
            mkdir(space.path + "/plugins", 0o755)
            chmod(space.path + "/plugins", 0o755)
            try install(#"echo '{"v":1,"kind":"inside","summary":"compiled in"}'"#, as: worker)
        }

        /// By another process: a child that other tests spawn could hold our descriptor, and then the program is "busy".
        func install(_ script: String, as path: String, mode: String = "755") throws {
            let text = space.path + "/text"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: text))
            let copy = try Process.run(URL(filePath: "/usr/bin/install"), arguments: ["-m", mode, text, path])
            copy.waitUntilExit()
        }

        func plugin(_ name: String, _ script: String, mode: String = "755") throws {
            try install(script, as: "\(plugins)/\(name)", mode: mode)
        }

        /// - Parameter later: seconds from now, for what was kept.
        func catalog(later: Int64 = 0) throws -> KindCatalog {
            try KindCatalog(
                worker: worker, plugins: PluginFolder(path: plugins), keptAt: kept, now: Machine.now + later * 1_000_000_000)
        }
    }

    private static func describing(_ kind: String, more: String = "") -> String {
        #"echo '{"v":1,"kind":"\#(kind)","summary":"a sample"\#(more)}'"#
    }

    @Test func aProgramOfTheFolderIsAKindThatRunsByItself() throws {
        let bench = try Bench()
        try bench.plugin("sample.sh", Self.describing("sample"))
        let catalog = try bench.catalog()
        #expect(catalog.kinds.map(\.kind) == ["inside", "sample"])
        #expect(catalog.findings == [])
        #expect(catalog.plugin(of: "sample") == "\(bench.plugins)/sample.sh")
        #expect(catalog.plugin(of: "inside") == nil)
        #expect(catalog.command(for: "sample", "run") == ["\(bench.plugins)/sample.sh", "run"])
        #expect(catalog.command(for: "inside", "run") == [bench.worker, "inside", "run"])
    }

    @Test func aFolderThatIsNotThereHoldsNone() throws {
        let bench = try Bench()
        rmdir(bench.plugins)
        let catalog = try bench.catalog()
        #expect(catalog.kinds.map(\.kind) == ["inside"])
        #expect(catalog.findings == [])
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let way: String
        let script: String
        let problem: String
        var testDescription: String { way }
        init(_ way: String, _ script: String, _ problem: String) { (self.way, self.script, self.problem) = (way, script, problem) }
    }

    @Test(
        "a plugin that cannot be used is named, and costs no other",
        arguments: [
            Broken("fails", "echo first >&2; echo no module named x >&2; exit 3", "its describe ended with status 3: no module named x"),
            Broken("crashes", "kill -SEGV $$", "its describe ended by a signal"),
            Broken("says nothing", "true", "its describe printed 0 lines, not one"),
            Broken("says much", "echo 1; echo 2", "its describe printed 2 lines, not one"),
            Broken("prints garbage", "echo hello", "its describe printed no line of the wire: it is not JSON of an object"),
            Broken("lacks a key", #"echo '{"v":1,"kind":"bad"}'"#, "its describe printed no line of the wire: summary is missing"),
            Broken(
                "of another version", #"echo '{"v":2,"kind":"bad","summary":"s"}'"#,
                "it speaks version 2 of the wire, this program version 1"),
            Broken("of no name", describing("Bad Name"), #"it calls its kind "Bad Name", which is no name for a kind"#),
            Broken("of a compiled-in kind", describing("inside"), "it calls its kind inside, and that is compiled in"),
            Broken("of another's kind", describing("another"), "it calls its kind another, and so does PLUGINS/a-good, which is used"),
            Broken("floods", "yes", "PLUGINS/bad.sh said more than 1048576 bytes"),
        ])
    func isNamed(_ row: Broken) throws {
        let bench = try Bench()
        try bench.plugin("a-good", Self.describing("another"))
        try bench.plugin("bad.sh", row.script)
        try bench.plugin("c-good", Self.describing("third"))
        let catalog = try bench.catalog()
        #expect(catalog.kinds.map(\.kind) == ["another", "inside", "third"])
        let finding = try #require(catalog.findings.first)
        #expect(catalog.findings.count == 1)
        #expect(finding.path == "\(bench.plugins)/bad.sh")
        #expect(finding.severity == .error)
        #expect(finding.problem == row.problem.replacing("PLUGINS", with: bench.plugins))
        #expect(!finding.fix.isEmpty)
        #expect(catalog.brokenKinds["bad"]?.problem == "\(finding.path): \(finding.problem)")
        #expect(catalog.brokenKinds["another"] == nil)
    }

    @Test(
        "a plugin that hangs is given up, with all that it started",
        arguments: ["sleep 3600", "sleep 3600 & echo {}", "exec >/dev/null; sleep 3600", "trap '' TERM; sleep 3600"])
    func isGivenUp(_ script: String) throws {
        let bench = try Bench()
        try bench.plugin("bad", script)
        let folder = PluginFolder(path: bench.plugins, patience: .milliseconds(200))
        let catalog = try KindCatalog(worker: bench.worker, plugins: folder)
        #expect(catalog.kinds.map(\.kind) == ["inside"])
        #expect(catalog.findings.map(\.problem) == ["\(bench.plugins)/bad gave no answer within 200ms"])
    }

    @Test(.timeLimit(.minutes(1)))
    func whatIsLeftBehindByADescribeEndsWithIt() throws {
        let bench = try Bench()
        let lock = bench.space.path + "/lock"
        // The child holds neither stream, so only its group leads to it; it holds the lock until it has ended.
        try bench.plugin("sample", "exec 9>\(lock); flock 9; sleep 3600 >/dev/null 2>&1 & \(Self.describing("sample"))")
        #expect(try bench.catalog()["sample"] != nil)
        let file = open(lock, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        #expect(file >= 0)
        #expect(flock(file, LOCK_EX) == 0)
    }

    @Test func aPluginThatIsAsItWasIsNotAskedAgain() throws {
        let bench = try Bench()
        try bench.plugin("sample", "echo once >>\(bench.space.path)/calls; \(Self.describing("sample"))")
        // Asked so long after its last change that it cannot change again unseen.
        try bench.catalog(later: 3600).keep(at: bench.kept)
        for _ in 0..<3 {
            let catalog = try bench.catalog(later: 3600)
            #expect(catalog["sample"] != nil)
            try catalog.keep(at: bench.kept)
        }
        #expect(try String(contentsOfFile: "\(bench.space.path)/calls", encoding: .utf8) == "once\n")
        var status = stat()
        #expect(stat(bench.kept, &status) == 0 && status.st_mode & 0o777 == 0o600)
        // Another file of the same name is another plugin.
        try bench.plugin("sample", Self.describing("other"))
        #expect(try bench.catalog(later: 3600).kinds.map(\.kind) == ["inside", "other"])
    }

    @Test(arguments: ["", "{", #"{"format":99,"entries":[]}"#])
    func aDamagedRecordOnlyCostsTime(_ text: String) throws {
        let bench = try Bench()
        try bench.plugin("sample", Self.describing("sample"))
        try bench.catalog(later: 3600).keep(at: bench.kept)
        try Data(text.utf8).write(to: URL(filePath: bench.kept))
        chmod(bench.kept, 0o600)
        #expect(try bench.catalog(later: 3600)["sample"] != nil)
    }

    @Test func aRecordThatOthersMayReadIsNotUsed() throws {
        let bench = try Bench()
        try bench.plugin("sample", "echo once >>\(bench.space.path)/calls; \(Self.describing("sample"))")
        try bench.catalog(later: 3600).keep(at: bench.kept)
        chmod(bench.kept, 0o644)
        _ = try bench.catalog(later: 3600)
        #expect(try String(contentsOfFile: "\(bench.space.path)/calls", encoding: .utf8) == "once\nonce\n")
    }

    @Test func jobsOfAPluginThatBrokeAreToldByTheKindThatItHad() throws {
        let bench = try Bench()
        try bench.plugin("file-name", Self.describing("its-kind"))
        try bench.catalog(later: 3600).keep(at: bench.kept)
        try bench.plugin("file-name", "exit 1")
        let broken = try bench.catalog(later: 3600).brokenKinds
        #expect(broken.keys.sorted() == ["file-name", "its-kind"])
        #expect(broken["its-kind"]?.problem == "\(bench.plugins)/file-name: its describe ended with status 1")
    }

    @Test func aProgramThatOthersMayWriteIsRefusedWithModeAndFix() throws {
        let bench = try Bench()
        try bench.plugin("sample", Self.describing("sample"), mode: "775")
        let catalog = try bench.catalog()
        #expect(catalog["sample"] == nil)
        let path = "\(bench.plugins)/sample"
        #expect(catalog.findings.first?.problem.hasPrefix("\(path) may be written by others (mode 0775), and the daemon runs as ") == true)
        #expect(catalog.findings.first?.fix == "chmod go-w \(path)")
        #expect(catalog.brokenKinds["sample"] != nil)
    }

    @Test func nothingOfAFolderThatOthersMayWriteIsStarted() throws {
        let bench = try Bench()
        try bench.plugin("sample", "touch \(bench.space.path)/started; \(Self.describing("sample"))")
        chmod(bench.plugins, 0o777)
        let catalog = try bench.catalog()
        #expect(catalog["sample"] == nil)
        #expect(catalog.findings.first?.path == bench.plugins)
        #expect(catalog.findings.first?.fix == "chmod go-w \(bench.plugins)")
        #expect(catalog.brokenKinds["sample"]?.problem.contains("(mode 0777)") == true)
        #expect(access("\(bench.space.path)/started", F_OK) != 0)
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func aProgramOfSomebodyElseIsRefused() throws {
        let bench = try Bench()
        try bench.plugin("sample", Self.describing("sample"))
        let path = "\(bench.plugins)/sample"
        chown(path, 65_534, 65_534)
        let catalog = try bench.catalog()
        #expect(catalog["sample"] == nil)
        #expect(catalog.findings.map(\.problem) == ["\(path) belongs to nobody, and the daemon runs as root"])
        #expect(catalog.findings.first?.fix == "chown root \(path)")
    }

    @Test func aFileThatIsNoProgramIsSaidAndHiddenOnesAreNot() throws {
        let bench = try Bench()
        try bench.plugin("notes.txt", "", mode: "644")
        for name in [".hidden", "sample~", "#sample#"] { try bench.plugin(name, "exit 1") }
        mkdir("\(bench.plugins)/lib", 0o755)
        symlink("nowhere", "\(bench.plugins)/link")
        let catalog = try bench.catalog()
        #expect(catalog.findings.map(\.severity) == [.error, .warning])
        #expect(catalog.findings.map(\.path) == ["\(bench.plugins)/link", "\(bench.plugins)/notes.txt"])
    }

    @Test func aPluginFindsNothingOfTheDaemonsEnvironment() throws {
        let bench = try Bench()
        setenv("ACORE_TEST_OF_PLUGINS", "visible", 1)
        try bench.plugin("sample", "env >\(bench.space.path)/env; \(Self.describing("sample"))")
        _ = try bench.catalog()
        let text = try String(contentsOfFile: "\(bench.space.path)/env", encoding: .utf8)
        let names = text.split(separator: "\n").compactMap { $0.split(separator: "=").first }
        #expect(Set(names).subtracting(["PATH", "LANG", "HOME", "TMPDIR", "PWD", "_", "SHLVL", "OLDPWD"]) == [], "\(names)")
    }

    @Test func aPluginThatDoesNotCheckCostsItsOwnJobsAlone() throws {
        let bench = try Bench()
        try bench.plugin(
            "good", "case $1 in describe) \(Self.describing("good")) ;; *) while read -r _; do echo '{\"findings\":[]}'; done ;; esac")
        try bench.plugin("rude", "case $1 in describe) \(Self.describing("rude")) ;; *) echo no check >&2; exit 1 ;; esac")
        let empty = ConfigNode(.mapping([]))
        let answers = try bench.catalog().check([("rude", empty), ("good", empty), ("rude", empty)])
        #expect(answers[1] == [])
        let problem = "the plugin cannot check its settings: \(bench.plugins)/rude check gave 0 answers to 1 questions: no check"
        #expect(answers[0].map(\.problem) == [problem.replacing("1 questions", with: "2 questions")])
        #expect(answers[2] == answers[0])
    }

    @Test func whatALaterReleaseMayAddIsNamedAndLeftAside() throws {
        let bench = try Bench()
        let more = #","verbs":[{"name":"list","summary":"s","mode":"reading"},{"name":"x","mode":"blue"}],"needs":["points","moon"]"#
        try bench.plugin("sample", Self.describing("sample", more: more))
        let catalog = try bench.catalog()
        #expect(catalog["sample"]?.verbs == [VerbDescription(name: "list", summary: "s", mode: .reading)])
        #expect(catalog["sample"]?.needs == [.points])
        #expect(catalog.findings.map(\.severity) == [.warning, .warning])
        #expect(
            catalog.findings.map(\.problem) == [
                "the verb x has the mode blue, which is not reading or acting; that is left aside",
                "it needs moon, which is none of last_runs, points, maintenance; that is left aside",
            ])
    }
}
