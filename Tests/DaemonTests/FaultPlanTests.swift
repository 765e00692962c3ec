import Daemon
import Testing

/// The variable that ends a daemon on purpose. That it does so, Tests/EndToEnd/kills holds.
@Suite struct FaultPlanTests {
    @Test func withoutTheVariableThereIsNoPlan() throws { #expect(try FaultPlan(nil) == nil) }

    @Test(arguments: FaultPlan.Point.allCases)
    func eachPointCanBeNamed(_ point: FaultPlan.Point) throws { #expect(try FaultPlan("\(point.rawValue):1") != nil) }

    @Test(arguments: ["", "after-claim", "after-claim:0", "after-claim:x", "after-claim:1:2", "nowhere:1"])
    func whatIsNotUnderstoodIsRefused(_ text: String) throws {
        let error = #expect(throws: DaemonError.self) { try FaultPlan(text) }
        #expect(error?.category == .usage)
        #expect(error?.fix.contains("before-claim, after-claim, ") == true)
    }
}
