import Foundation
import JobKit
import Synchronization
import Testing

@testable import BackupJob

/// `backup diff`, `find`, `cat`, `create` and `catalog rebuild`.
@Suite struct ContentVerbTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func makePoint(_ shell: String, later: TimeInterval) async throws {
        try bench.scratch.shell(shell)
        _ = try await bench.run(bench.settings(#""type":"incremental""#), later: later).get()
    }

    private func lines(_ verb: String, _ words: String...) async throws -> [String] {
        let (result, lines) = try await bench.verb(verb, words)
        _ = try result.get()
        return lines
    }

    private func ids() async throws -> [String] {
        try await lines("list", "--json").map { line in
            let record = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return try #require(record["point"] as? String)
        }
    }

    @Test func twoPointsAreComparedAndEachDifferenceHasItsWord() async throws {
        try await makePoint(
            """
            mkdir -p tree/d tree/same; echo a > tree/a; echo gone > tree/d/gone; echo m > tree/mode; ln -s x tree/link; echo t > tree/kind
            echo x > tree/touched; printf 1 > "tree/$(printf '\\377')"; echo s > tree/same/s
            """, later: -7200)
        try await makePoint(
            """
            echo bb > tree/a; rm tree/d/gone; chmod 600 tree/mode; ln -sfn y tree/link; rm tree/kind; mkdir tree/kind; echo n > tree/d/new
            touch -d 2001-01-01 tree/touched; printf 2 > "tree/$(printf '\\377')"; ln tree/same/s tree/t; setfattr -n user.k -v v tree/same
            """, later: -3600)
        #expect(
            try await lines("diff", ids()[0], "latest") == [
                "~ data/a  content, time", "- data/d/gone", "+ data/d/new", "~ data/kind  type", "~ data/link  content, time",
                "~ data/mode  mode", "~ data/same  attributes", "+ data/t", "~ data/touched  time", #"~ data/\xff  content, time"#,
            ])
        #expect(try await lines("diff", "latest", ids()[0], "--path", "data/d") == ["+ data/d/gone", "- data/d/new"])
        let json = try await lines("diff", ids()[0], "latest", "--json")
        #expect(json.first == #"{"path":"data/a","change":"changed","what":"content,time"}"#)
        #expect(json.last == #"{"path_base64":"ZGF0YS//","change":"changed","what":"content,time"}"#)
        #expect(try await lines("diff", "latest", "latest") == [])
        let failure = try await #require(throws: JobFailure.self) { try await bench.verb("diff", ["latest"]).0.get() }
        #expect(failure.problem == "diff takes two points, and got 1")
    }

    @Test func aFileComesOutByEachOfItsNames() async throws {
        try await makePoint(
            "head -c 9000000 /dev/urandom > tree/big; ln tree/big tree/also; truncate -s 5M tree/holes; echo end >> tree/holes; mkdir tree/d",
            later: -7200)
        try await makePoint("echo more > tree/new", later: -3600)
        for name in ["big", "also", "holes", "new"] {
            bench.written.withLock { $0 = [] }
            _ = try await bench.verb("cat", ["latest", "/data//\(name)"]).0.get()
            try Data(bench.written.withLock { $0 }).write(to: URL(filePath: bench.scratch.path + "/out"))
            try bench.scratch.shell("cmp out tree/\(name)")
        }
        let (told, line) = try await bench.verb("cat", ["latest", "data/new", "--json"])
        _ = try told.get()
        #expect(line.count == 1 && line[0].contains(#""path":"data/new""#) && line[0].contains(#""size":5"#), "\(line)")
        for (path, problem) in [("data/none", "has no data/none"), ("data/d", "data/d is a folder, not a file")] {
            let failure = try await #require(throws: JobFailure.self) { try await bench.verb("cat", ["latest", path]).0.get() }
            #expect(failure.problem.hasSuffix(problem), "\(failure.problem)")
        }
    }

    @Test func aPathIsFoundInAllPointsAndALostCatalogIsMadeAnew() async throws {
        try await makePoint("echo 1 > tree/a.txt; mkdir tree/d; echo x > tree/d/b.txt", later: -9000)
        try await makePoint("echo 22 > tree/a.txt", later: -7200)
        try await makePoint("echo > tree/other", later: -3600)
        try await makePoint("rm tree/d/b.txt", later: -1800)
        let points = try await ids()
        func found(_ pattern: String) async throws -> [String] {
            try await lines("find", pattern).dropFirst().map { line in
                let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
                let numbers = words[0...1].map { id in points.firstIndex(of: id).map { "\($0)" } ?? "?" }
                return "\(numbers.joined(separator: "-")) \(words[2]) \(words.last ?? "")"
            }
        }
        let expected = ["0-0 1 data/a.txt", "1-3 3 data/a.txt", "0-2 3 data/d/b.txt"]
        #expect(try await found("*.txt") == expected)
        #expect(try await found("data/d/") == ["0-2 3 data/d", "3-3 1 data/d"])
        #expect(try await found("data/*.txt") == Array(expected[..<2]))
        #expect(try await lines("find", "nothing") == [])
        #expect(try bench.scratch.shell("stat -c %a repo/catalog.sqlite") == "600\n")
        for damage in [
            "rm repo/catalog.sqlite", "head -c 9000 /dev/urandom > repo/catalog.sqlite",
            "sqlite3 repo/catalog.sqlite 'pragma user_version=99'",
        ] {
            try bench.scratch.shell(damage)
            #expect(try await found("*.txt") == expected, "after \(damage)")
        }
        #expect(try await bench.verb("catalog", ["rebuild"]).0.get().summary == "the catalog has 4 points of set nightly")
        // What retention removes is gone from it, too.
        try await makePoint("echo > tree/last", later: -60)
        _ = try await bench.verb("create", ["full"]).0.get()
        let keep = bench.settings(#""keep":{"last":1,"minimum_good":1,"most_removed":100}"#)
        _ = try await bench.verb("prune", [], settings: keep).0.get()
        #expect(try await lines("find", "*.txt", "--json").count == 1)
    }

    @Test func severalWhoAskAtOnceGetTheSameAnswer() async throws {
        for number in 0..<6 {
            try await makePoint("for i in $(seq 300); do echo \(number) > tree/\(number)-$i; done", later: Double(number - 9) * 900)
        }
        let answers = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { try await lines("find", "*-7") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 4 && answers[0].count == 7)
        #expect(Set(answers).count == 1, "\(answers)")
    }

    @Test func aPointOfAnyTypeIsMadeByHand() async throws {
        try bench.scratch.shell("echo 1 > tree/a; mkdir conf; echo c > conf/c")
        let path = bench.scratch.path
        let settings = #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/tree","config":"\#(path)/conf"}}"#
        #expect(try await bench.verb("create", [], settings: settings).0.get().numbers["files"] == 2)
        let second = try await bench.verb("create", ["incremental"], settings: settings).0.get()
        #expect(second.summary.hasPrefix("incremental point ") && second.numbers["files"] == 2, "\(second.summary)")
        let config = try await bench.verb("create", ["config_only"], settings: settings).0.get()
        #expect(config.summary.hasPrefix("config_only point ") && config.numbers["files"] == 1, "\(config.summary)")
        #expect(
            try await bench.verb("create", ["full"], dryRun: true, settings: settings).0.get().summary.hasPrefix("dry run: a full point"))
        #expect(try await bench.verb("list", [], settings: settings).1.count == 3)
        #expect(try await bench.verb("list", ["--kind", "config"], settings: settings).1.count == 2)
        let failure = try await #require(throws: JobFailure.self) { try await bench.verb("create", ["all"], settings: settings).0.get() }
        #expect(failure.problem == "all is no type of a point")
    }
}
