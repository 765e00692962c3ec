import Foundation
import Testing

/// What a plugin is told of units that runs work on, by the built programs: with a daemon and without.
@Suite(.ownThread)
struct MaintenanceFactsTests {
    /// A kind that marks units, says so, and goes on until its gate opens; and one that writes down what it is told.
    private func site() throws -> Site {
        let site = try Site()
        try FileManager.default.createDirectory(atPath: site.plugins, withIntermediateDirectories: true)
        try site.configure("plugins_directory: \(site.plugins)\n")
        try site.install(
            plugin: "works",
            """
            #!/bin/sh
            case $1 in
            describe) echo '{"v":1,"kind":"works","summary":"works on units","settings":[],"rules":false}' ;;
            run)
                for mark in 'bot.service 2099-01-31T02:00:00.000Z' 'old.service 2020-01-31T02:00:00.000Z' 'late.service 2099-01-31T02:00:00.000Z' \\
                    'late.service 2020-01-31T02:00:00.000Z'; do
                    set -- $mark
                    echo '{"t":"mark","mark":"maintenance","unit":"'$1'","until":"'$2'"}'
                done
                echo '{"t":"log","message":"all marked"}'
                cat '\(site.marks)/gate'
                echo '{"t":"result","outcome":"succeeded","summary":"done"}'
                ;;
            esac

            """)
        try site.install(
            plugin: "asks",
            """
            #!/bin/sh
            case $1 in
            describe) echo '{"v":1,"kind":"asks","summary":"asks","settings":[],"needs":["maintenance"],"rules":false}' ;;
            run)
                cat >'\(site.marks)/told'
                echo '{"t":"mark","mark":"maintenance","unit":"own.service","until":"2099-01-31T02:00:00.000Z"}'
                echo '{"t":"result","outcome":"succeeded","summary":"done"}'
                ;;
            esac

            """)
        try site.job("works", "uses: works\n")
        try site.job("asks", "uses: asks\n")
        // Says what would be a mark, and is none: what a program says is no wire.
        try site.job(
            "program",
            Jobs.shell(
                "echo {\\\"t\\\":\\\"mark\\\",\\\"mark\\\":\\\"maintenance\\\",\\\"unit\\\":\\\"no.service\\\",\\\"until\\\":\\\"2099-01-31T02:00:00.000Z\\\"}",
                schedule: nil))
        return site
    }

    /// What the plugin that asks is told: units and runs.
    private func told(_ site: Site) throws -> [[String: String]]? {
        let command = try site.start("run-now", "asks")
        #expect(try command.wait() == .exited(0), "\(command.errors)\(command.output)")
        let request = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: site.marks + "/told"))) as? [String: Any]
        let facts = try #require(request?["facts"] as? [String: Any], "no facts")
        #expect(facts["last_runs"] == nil && facts["points"] == nil, "what nobody asked for")
        return facts["maintenance"] as? [[String: String]]
    }

    /// Starts the run that marks; its id, once its marks are written.
    private func work(in site: Site) throws -> (command: Child, run: String) {
        try site.gate("gate")
        let command = try site.start("run-now", "works")
        let query = "SELECT run FROM runs WHERE kind = 'works' AND state = 'running'"
        try site.wait("SELECT count(*) FROM runs WHERE kind = 'works' AND state = 'running'", of: command)
        let run = try #require(try site.ledger.column(query).first)
        let folder = "\(site.state)/runs/\(run)"
        _ = try Watch([folder], processes: [command.pid]).until("the marks of \(run)") {
            Files.lines(folder + "/events.jsonl").contains { $0.contains("all marked") } ? true : nil
        }
        return (command, run)
    }

    @Test(arguments: [false, true])
    func aRunIsToldWhichUnitsOthersWorkOn(withDaemon: Bool) throws {
        let site = try site()
        let daemon = withDaemon ? try site.daemon() : nil
        let program = try site.start("run-now", "program")
        #expect(try program.wait() == .exited(0), "\(program.errors)")
        #expect(try told(site) == [], "none, and that is known")
        let (command, run) = try work(in: site)
        let mark = ["unit": "bot.service", "until": "2099-01-31T02:00:00.000Z", "run": run]
        #expect(try told(site) == [mark], "what has ended, and what the run itself marked before, is not told")
        #expect(try told(site) == [mark], "and again")
        try site.open(gate: "gate")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(try told(site) == [], "marks end with their run")
        if let daemon { #expect(try daemon.stop() == .exited(0)) }
    }

    /// The output of a run that goes on cannot be read: then nothing is known, which is not the same as none.
    @Test func marksThatCannotBeReadAreNotToldAsNone() throws {
        let site = try site()
        let (command, run) = try work(in: site)
        let events = "\(site.state)/runs/\(run)/events.jsonl"
        try FileManager.default.moveItem(atPath: events, toPath: events + ".kept")
        try FileManager.default.createSymbolicLink(atPath: events, withDestinationPath: events + ".kept")
        let looker = try site.start("run-now", "asks")
        #expect(try looker.wait() == .exited(0), "\(looker.errors)")
        #expect(
            looker.errors.contains("a run is not told which units are worked on: the marks of run \(run) are not known whole"),
            "\(looker.errors)")
        let text = try String(contentsOfFile: site.marks + "/told", encoding: .utf8)
        #expect(!text.contains("\"maintenance\""), "\(text)")
        #expect(text.contains("\"facts\":{}"), "\(text)")
        try FileManager.default.removeItem(atPath: events)
        try FileManager.default.moveItem(atPath: events + ".kept", toPath: events)
        try site.open(gate: "gate")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
    }
}
