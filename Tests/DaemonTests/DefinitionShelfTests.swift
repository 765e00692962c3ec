import Daemon
import Foundation
import JobKit
import SchedulerCore
import Testing

@Suite struct DefinitionShelfTests {
    @Test func definitionsComeBackAsTheyWereAndNobodyElseReadsThem() throws {
        let space = try Workspace()
        let path = space.path + "/last-good.jsonl"
        let shelf = DefinitionShelf(path: path)
        #expect(try shelf.read() == nil)
        var job = Workspace.job("nightly", schedule: "30 2 * * *", "@every 5m") { definition in
            definition.after = ["health"]
            definition.timeout = nil
            definition.retry = RetryPolicy(attempts: 3, backoff: .linear, initial: .seconds(5), max: .seconds(60))
            definition.surroundings.environment = [.init(name: "A", value: "${B}")]
        }
        job.settings = ConfigNode(.mapping([.init(key: "argv", value: ConfigNode(.list([ConfigNode(.text("true"))])))]))
        let content = DefinitionShelf.Content(definitions: ["nightly": job], withheld: ["push"])
        try shelf.write(content)
        #expect(try shelf.read() == content)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func aDamagedShelfIsAnErrorAndNotAnEmptyOne() throws {
        let space = try Workspace()
        let path = space.path + "/last-good.jsonl"
        try Data("{\"nightly\":".utf8).write(to: URL(filePath: path))
        #expect(throws: DaemonError.self) { try DefinitionShelf(path: path).read() }
    }
}
