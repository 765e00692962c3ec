import SchedulerCore
import Testing

/// The text of a key: what people write, and what receivers know an incident by.
@Suite struct AlertKeyTests {
    @Test(arguments: [
        (AlertKey(job: "j", .failure), "j/failure"), (AlertKey(job: "j", check: "failure", target: nil), "j/failure/"),
        (AlertKey(job: "j", check: "failure", target: "x"), "j/failure/x"), (AlertKey(job: "j", check: "cpu", target: nil), "j/cpu"),
        (AlertKey(job: "j", check: "disk", target: "/a/b"), "j/disk//a/b"),
        (AlertKey(job: "j", check: "disk/a", target: "b"), "j/disk%2Fa/b"), (AlertKey(channel: "ops"), "acore-sched:/channel/ops"),
    ])
    func isThatOfNoOther(_ key: AlertKey, _ text: String) { #expect(key.text == text) }
}
