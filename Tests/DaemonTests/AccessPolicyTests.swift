import ControlAPI
import Daemon
import Testing

@testable import ControlClient

/// Who may do what.
@Suite struct AccessPolicyTests {
    private static let policy = AccessPolicy(ownUser: 990, operators: [50, 51], viewers: [60]) { uid in
        switch uid {
        case 1001: [1001, 51]
        case 1002: [1002, 60]
        case 1003: [1003, 60, 50]
        case 1004: [1004]
        default: []
        }
    }

    struct Row: CustomTestStringConvertible {
        let uid: UInt32
        let gid: UInt32
        let role: ControlRole?
        let testDescription: String

        init(_ testDescription: String, _ uid: UInt32, _ gid: UInt32, _ role: ControlRole?) {
            (self.testDescription, self.uid, self.gid, self.role) = (testDescription, uid, gid, role)
        }
    }

    @Test(arguments: [
        Row("root", 0, 0, .admin), Row("the daemon's user", 990, 990, .admin), Row("a member of operators", 1001, 1001, .operator),
        Row("a member of viewers", 1002, 1002, .viewer), Row("a member of both", 1003, 1003, .operator),
        Row("whose process is in the group", 1004, 50, .operator), Row("a member of neither", 1004, 1004, nil),
        Row("a number without a name", 4242, 4242, nil), Row("root's group alone", 1004, 0, nil),
    ])
    func hasTheRole(_ row: Row) {
        #expect(Self.policy.role(of: Peer(uid: row.uid, gid: row.gid, pid: 1)) == row.role)
    }

    @Test func groupsComeFromTheMachinesDatabase() throws {
        #expect(try AccessPolicy.groups(of: 0).contains(0))
        #expect(try AccessPolicy.groups(of: 4_242_424).isEmpty)
        #expect(try AccessPolicy.group(named: "root") == 0)
        #expect(try AccessPolicy.group(named: "no-group-of-this-name") == nil)
    }

    /// The whole table: what is new here must be entered here, too.
    @Test(arguments: ControlVerb.allCases)
    func eachVerbHasItsLeastRole(_ verb: ControlVerb) {
        let expected: ControlRole =
            switch verb {
            case .status, .read: .viewer
            case .readingVerb, .runNow, .cancel, .pause, .resume, .acknowledge, .silence, .unsilence: .operator
            case .runNowSet, .actingVerb, .reload, .audit: .admin
            }
        #expect(verb.leastRole == expected)
        #expect(verb.isActing == ![.status, .read, .readingVerb, .audit].contains(verb))
        let may = ControlRole.allCases.filter { $0 >= verb.leastRole }
        #expect(may.last == .admin && may.first == expected)
    }
}
