import Daemon
import Foundation
import Glibc
import JobKit
import Testing

@Suite struct KindCatalogTests {
    private static let description = #"{"v":1,"kind":"sample","summary":"a sample","settings":[]}"#

    @Test func kindsComeFromTheWorkersOwnDescription() throws {
        let space = try Workspace()
        let catalog = try KindCatalog(worker: try space.program("echo '\(Self.description)'"))
        #expect(catalog.kinds.map(\.kind) == ["sample"])
        #expect(catalog["sample"]?.summary == "a sample")
        #expect(catalog["other"] == nil)
    }

    @Test func settingsAreCheckedInOneProcessAKind() throws {
        let space = try Workspace()
        let script = """
            case "$*" in
            describe) echo '\(Self.description)' ;;
            "sample check") echo once >> \(space.path)/calls; while read -r line; do echo '{"findings":[]}'; done ;;
            esac
            """
        let catalog = try KindCatalog(worker: try space.program(script))
        let answers = catalog.check(Array(repeating: ("sample", ConfigNode(.mapping([]))), count: 300))
        #expect(answers == Array(repeating: [], count: 300))
        #expect(try String(contentsOfFile: space.path + "/calls", encoding: .utf8) == "once\n")
    }

    @Test func aKindWithoutRulesOfItsOwnIsNotAsked() throws {
        let space = try Workspace()
        let words = #"{"v":1,"kind":"sample","summary":"a sample","rules":false}"#
        let catalog = try KindCatalog(
            worker: try space.program("[ $1 = describe ] && echo '\(words)' || echo asked >> \(space.path)/calls"))
        #expect(catalog.check([("sample", ConfigNode(.mapping([])))]) == [[]])
        #expect(!FileManager.default.fileExists(atPath: space.path + "/calls"))
    }

    @Test(
        "a worker that is not one of this release is refused",
        arguments: ["exit 1", "echo nonsense", "true", #"echo '{"v":2,"kind":"x","summary":"s","settings":[]}'"#])
    func refuses(_ script: String) throws {
        let space = try Workspace()
        let path = try space.program(script)
        #expect(throws: DaemonError.self) { try KindCatalog(worker: path) }
    }
}
