import Daemon
import Foundation
import JobKit
import SchedulerCore
import Testing

/// What `--set` makes of its words.
@Suite struct SettingChangesTests {
    struct Row: CustomTestStringConvertible {
        let change: String
        var value: ConfigNode.Value?
        /// The beginning of the refusal.
        var problem = ""

        var testDescription: String { change }
    }

    private static let description = #"""
        {"v":1,"kind":"sample","summary":"a sample","rules":false,"settings":[\#
        {"name":"line","type":{"type":"text","form":"any"},"required":false,"help":"One."},\#
        {"name":"count","type":{"type":"integer","min":0,"max":9},"required":false,"help":"One."},\#
        {"name":"words","type":{"type":"list","of":{"type":"text","form":"any"},"or_single":false},"required":false,"help":"Several."},\#
        {"name":"table","type":{"type":"map","of":{"type":"integer","min":0,"max":9}},"required":false,"help":"Several."}]}
        """#

    @Test(arguments: [
        Row(change: "line=a: [b] # c", value: .text("a: [b] # c")),
        Row(change: "line=[ -f /x ] && true", value: .text("[ -f /x ] && true")),
        Row(change: "line=", value: .text("")),
        Row(change: "line=080", value: .text("080")), Row(change: "line=no", value: .text("no")),
        Row(change: "count=7", value: .integer(7)),
        Row(change: "words=[/bin/echo, 'a, b', 080]", value: .list(["/bin/echo", "a, b", "080"].map { ConfigNode(.text($0)) })),
        Row(change: "words=[]", value: .list([])),
        Row(change: "table={a: 1}", value: .mapping([.init(key: "a", value: ConfigNode(.integer(1)))])),
        Row(change: "words=x", problem: "with.words must be a list"),
        Row(change: "words=[a", problem: "--set words cannot be read: "),
        Row(change: "table={a: 10}", problem: "with.table.a must be a whole number from 0 to 9"),
        Row(change: "count=[1]", problem: "with.count must be a whole number"),
        Row(change: "nothing=[1]", problem: "with has no setting named nothing"),
        Row(change: "words", problem: "--set words is not of the form name=value"),
    ])
    func aValueIsReadAsItsSettingAsks(_ row: Row) throws {
        let space = try Workspace()
        let worker = try space.program("echo '\(Self.description.replacing("'", with: ""))'")
        let changes = SettingChanges(catalog: try KindCatalog(worker: worker))
        let job = JobDefinition(name: "j", kind: "sample")
        do throws(DaemonError) {
            let changed = try changes.applied([row.change], to: job)
            let name = String(row.change.prefix { $0 != "=" })
            #expect(changed.settings[name]?.value == row.value)
        } catch {
            #expect(row.value == nil && !row.problem.isEmpty && error.problem.hasPrefix(row.problem), "\(error)")
            #expect(error.category == .usage)
        }
    }
}
