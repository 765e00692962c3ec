import Foundation
import JobKit
import Testing

/// Three sources, a folder with all kinds of entries, another folder and a single file, in two states of which there is a point each.
struct InPlaceBench {
    static let sources = ["conf", "data", "env"]
    let bench: Bench
    /// What each source looks like in each point.
    private(set) var states: [[String: String]] = []
    private(set) var points: [String] = []

    /// - Parameters:
    ///   - size: bytes of the large file.
    ///   - apart: whether each source lies in a folder of its own, behind a link.
    init(large size: Int = 300_000, apart: Bool = false) async throws {
        bench = try Bench()
        try bench.scratch.shell(
            """
            rmdir tree; mkdir -p place/data/d/deep place/conf repo
            cd place; head -c \(size) /dev/urandom > data/large; echo 1 > data/d/deep/one; ln data/d/deep/one data/d/again
            ln -s d/deep data/link; mkfifo data/fifo; touch -d '2001-02-03 04:05:06.123456789Z' data/d; echo a: 1 > conf/a; echo E=1 > env
            """)
        if apart {
            let homes = "for s in conf data env; do mkdir -p homes/$s; mv place/$s homes/$s/$s; ln -s ../homes/$s/$s place/$s; done"
            try bench.scratch.shell(homes)
        }
        try await store()
        try bench.scratch.shell(
            """
            cd place; echo 2 > data/d/deep/one; rm data/link data/fifo; mkdir data/link; echo in > data/link/in; echo more >> data/large
            chmod 700 data/d; echo b: 2 > conf/b; rm conf/a; echo E=2 > env
            """)
        try await store()
    }

    private mutating func store() async throws {
        _ = try await bench.run(settings(#""type":"incremental""#), later: Double(points.count) * 3600).get()
        let lines = try await bench.verb("list", ["--json"], settings: settings()).1
        points = try lines.map { line in
            try #require((try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["point"] as? String)
        }
        states.append(try look())
    }

    var place: String { bench.scratch.path + "/place" }

    func settings(_ more: String = "") -> String {
        let sources = Self.sources.map { #""\#($0)":"\#(place)/\#($0)""# }.joined(separator: ",")
        return #"{"repository":"\#(bench.scratch.path)/repo","sources":{\#(sources)}\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    /// What each source looks like now.
    func look() throws -> [String: String] {
        var state: [String: String] = [:]
        for source in Self.sources {
            let isFile = try bench.scratch.run("test -f place/\(source)").status == 0
            state[source] =
                isFile
                ? try bench.scratch.shell("stat -L -c '%a %u %g %y' \(source); cat \(source)", in: "place")
                : try bench.listing(of: "place/\(source)")
        }
        return state
    }

    func restore(
        _ arguments: String..., dryRun: Bool = false, with more: String = ""
    ) async throws -> (Result<JobReport, JobFailure>, [String]) {
        try await bench.verb("restore", arguments, dryRun: dryRun, settings: settings(more))
    }

    /// Names beside the sources, with the ids taken out.
    func names() throws -> [String] {
        let id = try Regex("[0-9A-Z]{26}")
        return try bench.scratch.shell("ls -A place").split(separator: "\n").map { String($0).replacing(id, with: "ID") }
    }

    /// A restore in a process of its own.
    func driver(_ words: [String], pausingAt step: String = "never", through wrapper: [String] = [], with more: String = "") throws
        -> DriverProcess
    {
        try DriverProcess(bench.request(settings(more), call: ["restore"] + words), pausingAt: step, through: wrapper)
    }
}
