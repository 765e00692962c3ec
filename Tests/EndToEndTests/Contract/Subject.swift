import Foundation
import Glibc
import Testing

/// A kind that the contract is about: compiled in, a sample in another language, or what `plugins new` writes.
struct Subject: Sendable, CustomTestStringConvertible {
    let kind: String
    /// Settings with which a run does its work at once; `ROOT` in them is the site's folder.
    let quick: String
    /// Settings with which a run goes on until it is stopped.
    let long: String
    /// The language for `plugins new`; nil for what is there without it.
    var language: String?
    /// The language of the block of docs/plugins.md that is its program.
    var document: String?
    /// A kind whose runs are a program that says nothing of the wire.
    var isProgram = false

    var testDescription: String { kind }

    static let all = [
        Subject(
            kind: "backup", quick: "{repository: ROOT/repository, sources: {data: ROOT/jobs.d}}",
            long: "{repository: ROOT/repository, sources: {data: ROOT/large}, compression_level: 19, threads: 1}"),
        Subject(
            kind: "command", quick: "{shell: 'echo done'}",
            long: "{shell: 'trap \"exit 9\" TERM; echo waits; cat ROOT/marks/gate & wait'}", isProgram: true),
        Subject(kind: "shell-sample", quick: "{}", long: "{wait: true}"),
        Subject(kind: "python-sample", quick: "{colours: [red, blue]}", long: "{wait: true}"),
        Subject(kind: "new-sh", quick: "{count: 3}", long: "{count: 3600, pause_s: 1}", language: "sh"),
        Subject(kind: "new-python", quick: "{count: 3}", long: "{count: 3600, pause_s: 1}", language: "python"),
        Subject(kind: "new-swift", quick: "{count: 3}", long: "{count: 3600, pause_s: 1}", language: "swift"),
        Subject(kind: "nap", quick: "{seconds: 0}", long: "{seconds: 3600}", document: "sh"),
        Subject(kind: "watch-file", quick: "{file: ROOT/jobs.d/subject.yaml}", long: "{file: ROOT/never}", document: "python"),
    ]

    /// A site on which the kind is there, and a job by hand that uses it.
    func site(settings: String? = nil, extra: String = "") throws -> Site {
        let site = try Site()
        site.more["ACORE_SCHED_PLUGINS_DIR"] = site.plugins
        mkdir(site.plugins, 0o755)
        if language == "swift" {
            try site.install(plugin: kind, from: try SwiftPlugin.program.get())
        } else if let language {
            let new = try site.start("plugins", "new", kind, "--language", language)
            try #require(try new.wait() == .exited(0), "\(new.errors)")
        } else if let document {
            try site.install(plugin: kind, try example(in: document))
        } else if !isProgram, kind != "backup" {
            try site.install(plugin: kind, Files.text("\(Self.samples)/\(kind)"))
        }
        let with = (settings ?? quick).replacingOccurrences(of: "ROOT", with: site.root)
        try site.job("subject", "uses: \(kind)\ngrace: 60s\n\(extra)\nwith: \(with)\n")
        return site
    }

    /// The command that describes, checks and runs it.
    func program(on site: Site) -> [String] {
        ["backup", "command"].contains(kind) ? ["\(Programs.folder)/acore-sched-worker", kind] : ["\(site.plugins)/\(kind)"]
    }

    /// The program as the page has it.
    private func example(in language: String) throws -> String {
        let root = URL(filePath: Self.samples).appending(path: "../../../..").standardizedFileURL
        let blocks = try String(contentsOf: root.appending(path: "docs/plugins.md"), encoding: .utf8).split(separator: "\n```")
        let block = try #require(
            blocks.first { $0.hasPrefix("\(language)\n#!") && $0.contains("\(kind): ") }, "no \(kind) in docs/plugins.md")
        return block.dropFirst(language.count + 1) + "\n"
    }

    private static let samples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "samples").path()
}

extension Site {
    /// The folder of plugins.
    var plugins: String { root + "/plugins" }

    /// Puts a program into the folder of plugins, and nothing else.
    func install(plugin name: String, _ script: String) throws {
        try script.write(toFile: "\(root)/\(name).text", atomically: true, encoding: .utf8)
        try install(plugin: name, from: "\(root)/\(name).text")
    }

    /// Puts a copy of a program into the folder of plugins, and nothing else.
    func install(plugin name: String, from program: String) throws {
        try Tracer.install(program, as: "\(root)/\(name)")
        guard rename("\(root)/\(name)", "\(plugins)/\(name)") == 0 else { throw Overdue(description: "no plugin \(name): \(errno)") }
    }

    /// The lines of output of the only run.
    func events() throws -> [[String: Any]] {
        let run = try #require(runs.first)
        return try Files.lines("\(state)/runs/\(run)/events.jsonl").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    /// Waits until the only run has written a line.
    func waitForOutput(of child: Child) throws {
        let run = try wait("a run", of: child) { runs.first }
        let folder = "\(state)/runs/\(run)"
        let watch = try Watch([folder], processes: [child.pid])
        _ = try watch.until("output of \(run)\n\(child.errors)") { Files.bytes("\(folder)/events.jsonl").contains(10) ? true : nil }
    }
}
