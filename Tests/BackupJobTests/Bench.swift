import BackupJob
import Foundation
import JobKit
import Synchronization
import Testing

/// A scratch folder with a tree to store and a repository, and a way to run backups in this process.
final class Bench: Sendable {
    let scratch: Scratch
    let events = Mutex<[WireEvent]>([])
    /// What verbs wrote as bytes.
    let written = Mutex<[UInt8]>([])

    init() throws {
        scratch = try Scratch()
        try scratch.shell("mkdir tree")
    }

    /// The settings of most tests, with more of them as JSON members.
    func settings(_ more: String = "") -> String {
        let path = scratch.path
        return #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/tree"}\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    /// A line of the wire.
    /// - Parameter call: a verb and the words after it; none for a run.
    func request(_ settings: String, dryRun: Bool = false, call: [String] = []) -> String {
        let words = call.dropFirst().map { "\"\($0)\"" }.joined(separator: ",")
        let verb = call.first.map { #""verb":"\#($0)","argv":[\#(words)],"# } ?? ""
        return #"{"v":1,"run":"RUN","job":"nightly","attempt":1,"grace_s":5,"state_dir":"/tmp","dry_run":\#(dryRun),\#(verb)"#
            + #""settings":\#(settings)}"#
    }

    /// Reads settings as a worker does.
    static func read(_ settings: String) throws -> (BackupSettings, [Finding]) {
        var section = SettingsSection(try WireCoding.decoder().decode(ConfigNode.self, from: Data(settings.utf8)), at: ["with"])
        let read = BackupSettings(from: &section)
        return (read, section.finish())
    }

    /// - Parameter later: seconds by which the run's calendar is ahead.
    func run(
        _ settings: String? = nil, dryRun: Bool = false, later: TimeInterval = 0,
        observe: @escaping @Sendable (WriteStep) -> Void = { _ in }
    ) async throws -> Result<JobReport, JobFailure> {
        let wire = try WireCoding.decoder().decode(WireRequest.self, from: Data(request(settings ?? self.settings(), dryRun: dryRun).utf8))
        let (read, findings) = try Self.read(settings ?? self.settings())
        #expect(findings.isEmpty)
        let context = JobContext(request: wire, environment: [:]) { event in self.events.withLock { $0.append(event) } }
        let job = BackupJob(settings: read, now: { Date.now + later }, observe: observe)
        do throws(JobFailure) {
            return .success(try await job.run(in: context))
        } catch {
            return .failure(error)
        }
    }

    /// Carries out a verb.
    /// - Returns: how it ended, and the lines that it printed.
    func verb(
        _ name: String, _ arguments: [String], dryRun: Bool = false, settings given: String? = nil, environment: [String: String] = [:]
    ) async throws -> (Result<JobReport, JobFailure>, [String]) {
        let settings = given ?? settings()
        let wire = try WireCoding.decoder().decode(WireRequest.self, from: Data(request(settings, dryRun: dryRun).utf8))
        let context = JobContext(request: wire, environment: environment) { event in self.events.withLock { $0.append(event) } }
        let lines = Mutex<[String]>([])
        let call = VerbCall(verb: name, arguments: arguments) { line in
            lines.withLock { $0.append(line) }
        } bytes: { bytes in
            self.written.withLock { $0 += bytes }
            return true
        }
        let job = BackupJob(settings: try Self.read(settings).0)
        do throws(JobFailure) {
            let report = try await job.answer(call, in: context)
            return (.success(report), lines.withLock { $0 })
        } catch {
            return (.failure(error), lines.withLock { $0 })
        }
    }

    /// Runs a backup that must end this way, and unpacks its archive with GNU tar into `out`.
    @discardableResult
    func runAndRestore(_ settings: String? = nil, outcome: JobReport.Outcome = .succeeded) async throws -> JobReport {
        let report = try await run(settings).get()
        #expect(report.outcome == outcome, "\(report.summary)")
        try scratch.shell(
            """
            sha256sum --quiet -c --strict checksums 2>&1 || exit 1
            zstd -q -t \(newest).tar.zst
            rm -rf ../out; mkdir ../out
            tar --zstd --acls --xattrs --xattrs-include='*' --numeric-owner -p -C ../out -xf \(newest).tar.zst
            """, in: "repo")
        return report
    }

    /// Everything that `find` sees of a tree, folders' own sizes left out, the content of every file, and all attributes.
    func listing(of folder: String) throws -> String {
        try scratch.shell(
            """
            find . -type d -printf '%P %y %m %U:%G %T@\\0' -o -printf '%P %y %m %U:%G %s %T@ %l %n\\0' | sort -z | tr '\\0' '\\n'
            find . -type f -print0 | sort -z | xargs -0 -r sha256sum
            getfattr -R -h -d -m - . 2>/dev/null; getfacl -R -n -P . 2>/dev/null
            """, in: folder)
    }

    /// Runs every command of the text in the repository, as one who pastes it.
    /// - Parameters:
    ///   - folder: takes the place of the empty folder, in the scratch.
    ///   - more: what is pasted otherwise.
    /// - Returns: what the commands print.
    @discardableResult
    func pasteRestoreText(into folder: String, set: String = "nightly", more: [String: String] = [:]) throws -> String {
        let text = try scratch.shell("cat repo/RESTORE.txt")
        let commands = text.split(separator: "\n").filter { $0.hasPrefix("    ") && !$0.hasPrefix("            -") }.map { $0.dropFirst(4) }
        var script = commands.joined(separator: "\n")
        let path = scratch.path
        let places = [
            "/path/to/this/folder": path + "/repo", "SET=NAME": "SET=" + set, "/root/restored": "\(path)/\(folder)",
            "/var/lib/program": "\(path)/\(folder)-program",
        ]
        for (written, meant) in places.merging(more, uniquingKeysWith: { $1 }) {
            #expect(script.contains(written), "the text lacks \(written)")
            script = script.replacingOccurrences(of: written, with: meant)
        }
        // Each line is pasted alone: one that fails does not end the others.
        return try scratch.shell("set +e\n" + script + "\ntrue")
    }

    /// Shell text, from the repository, for the newest point's files without their endings.
    let newest = #""set-nightly/data/$(readlink set-nightly/data/latest | sed s/.point.json//)""#

    var manifest: String {
        get throws { try scratch.shell("zstd -dc \(newest).manifest.zst", in: "repo") }
    }

    /// Changes the text of the first manifest by lines of Python, and its record with it.
    func rewriteManifest(_ change: String) throws {
        let script = """
            import glob, hashlib, json, os, re, subprocess
            record = glob.glob('repo/set-nightly/data/c-*/0000.point.json')[0]
            manifest = record.replace('point.json', 'manifest.zst')
            text = subprocess.run(['zstd', '-dc', manifest], capture_output=True, check=True).stdout
            before = text
            \(change)
            assert text != before
            data = subprocess.run(['zstd', '-c'], input=text, capture_output=True, check=True).stdout
            open(manifest, 'wb').write(data)
            told = json.load(open(record)); told['manifest'].update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
            json.dump(told, open(record, 'w'))
            os.remove('repo/checksums')
            """
        try script.write(toFile: scratch.path + "/rewrite.py", atomically: true, encoding: .utf8)
        try scratch.shell("python3 rewrite.py")
    }

    /// What the log said at a level.
    func log(_ level: LogLevel) -> [String] {
        events.withLock { events in
            events.compactMap { event in
                if case .log(let log) = event, log.level == level { return log.message }
                return nil
            }
        }
    }

    /// Whether a line of shell prints this, soon: a process that another test starts holds our files open until it has begun its program, and what
    /// is removed takes room until then.
    func comes(_ line: String, to expected: String) throws -> Bool {
        for _ in 0..<50 {
            if try scratch.shell(line) == expected { return true }
            try scratch.shell("sleep 0.1")
        }
        return false
    }

    /// Every name in the repository, with chain names replaced by their number in order of time.
    func repositoryNames() throws -> [String] {
        let chains = try scratch.shell("ls -d repo/set-*/data/c-* 2>/dev/null || true").split(separator: "\n").map {
            $0.split(separator: "/").last
        }
        var text = try scratch.shell(
            #"cd repo; find . -mindepth 1 \( -type l -printf '%P -> %l\n' \) -o -mindepth 1 -printf '%P\n' | sort"#)
        for (index, chain) in chains.enumerated() {
            if let chain { text = text.replacingOccurrences(of: chain, with: "c-\(index + 1)") }
        }
        return text.split(separator: "\n").map(String.init)
    }

    /// The names of a repository with this many whole points, the newest one last.
    static func names(points: Int) -> [String] {
        var names = ["RESTORE.txt", "checksums", "lock", "repo.json", "set-nightly", "set-nightly/data", "tmp"]
        for point in 1...points {
            names += ["", "/0000.manifest.zst", "/0000.point.json", "/0000.tar.zst"].map { "set-nightly/data/c-\(point)\($0)" }
        }
        return (names + ["set-nightly/data/latest -> c-\(points)/0000.point.json"]).sorted()
    }
}
