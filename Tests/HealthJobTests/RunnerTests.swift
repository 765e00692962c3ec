import Foundation
import Glibc
import JobKit
import Synchronization
import Testing

@testable import HealthJob

/// Checks side by side, one of which hangs.
@Suite struct RunnerTests {
    private struct Counting: Codable, Sendable { var looks = 0 }

    /// Opens a FIFO that nobody writes to: the kernel holds it there.
    private struct Hanging: HealthCheck {
        typealias Memory = Counting
        static let name = "hanging"
        let deadline: Duration = .milliseconds(150)
        let targets: [String]
        let fifo: String

        func look(_ scene: CheckScene, memory: inout Counting?) -> [WireEvent.Check] {
            close(open(fifo, O_RDONLY))
            memory = Counting(looks: 99)
            return targets.map { WireEvent.Check(Self.name, $0, is: .ok) }
        }
    }

    private struct Quick: HealthCheck {
        typealias Memory = Counting
        static let name = "quick"
        let deadline: Duration = .seconds(60)
        let targets: [String] = []
        var state = WireEvent.Check.State.ok

        func look(_ scene: CheckScene, memory: inout Counting?) -> [WireEvent.Check] {
            memory = Counting(looks: (memory?.looks ?? 0) + 1)
            return [WireEvent.Check(Self.name, is: state)]
        }
    }

    private let site: Site
    private let fifo: String

    init() throws {
        site = try Site()
        fifo = site.path + "/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
    }

    /// Lets the thread go that was left behind.
    private func release() { close(open(fifo, O_RDWR | O_NONBLOCK)) }

    @Test func oneThatHangsIsUnknownForEachOfItsTargetsAndDelaysNobody() throws {
        let order = Mutex<[String]>([])
        let memory: CheckMemory = ["hanging": Counting(looks: 7), "quick": Counting(looks: 1)]
        let begin = ContinuousClock.now
        let looked = CheckRunner(scene: site.scene()).run([Hanging(targets: ["a", "b"], fifo: fifo), Quick()], memory: memory) { results in
            order.withLock { $0 += results.map(\.title) }
        }
        let took = ContinuousClock.now - begin
        release()
        #expect(took >= .milliseconds(150) && took < .seconds(20), "\(took)")
        #expect(order.withLock { $0 } == ["quick", "hanging of a", "hanging of b"])
        #expect(looked.results.map(\.title) == ["hanging of a", "hanging of b", "quick"])
        #expect(looked.results.map(\.state) == [.unknown, .unknown, .ok])
        #expect(looked.results[0].reason == "had not answered after 150ms")
        #expect((looked.memory["hanging"] as? Counting)?.looks == 7, "what it remembered stays")
        #expect((looked.memory["quick"] as? Counting)?.looks == 2)
        #expect(!looked.isStopped)
    }

    @Test func oneWithoutTargetsIsUnknownOnce() {
        let looked = CheckRunner(scene: site.scene()).run([Hanging(targets: [], fifo: fifo)], memory: [:]) { _ in }
        release()
        #expect(looked.results.map(\.title) == ["hanging"])
        #expect(looked.results.map(\.state) == [.unknown])
    }

    @Test func aStopWaitsForNobody() {
        let runner = CheckRunner(scene: site.scene())
        runner.stop()
        let looked = runner.run([Hanging(targets: ["a"], fifo: fifo)], memory: [:]) { _ in }
        release()
        #expect(looked.isStopped)
        #expect(looked.results.isEmpty)
    }

    @Test func eachResultTellsHowLongTheLookTook() throws {
        let looked = CheckRunner(scene: site.scene()).run([Quick()], memory: [:]) { _ in }
        #expect(try Double(looked.results[0].input("look_ms")) ?? -1 >= 0)
    }

    @Test func aTargetThatHangsIsLeftBehindAndTheOthersAreThere() {
        let fifo = fifo
        let results = SideBySide.map([1, 2, 3], within: .seconds(3), late: { "\($0) \($1)" }) { number in
            if number == 2 { close(open(fifo, O_RDONLY)) }
            return "\(number)"
        }
        release()
        #expect(results == ["1", "2 had not answered after 3s", "3"])
        #expect(SideBySide.map([Int](), within: .zero, late: { "\($0) \($1)" }) { "\($0)" } == [])
    }

    @Test func moreTargetsThanThreadsAreAllLookedAt() {
        let numbers = Array(1...100)
        #expect(SideBySide.map(numbers, within: .seconds(60), late: { _, _ in 0 }) { $0 * 2 } == numbers.map { $0 * 2 })
        #expect(SideBySide.time(for: 100, each: .seconds(1)) == .seconds(7))
        #expect(SideBySide.time(for: 0, each: .seconds(1)) == .seconds(1))
    }

    @Test func aCallThatHangsIsLeftBehind() throws {
        let fifo = fifo
        let call = try #require(BoundedCall.begin { close(open(fifo, O_RDONLY)) })
        #expect(call.value(until: .after(.milliseconds(50))) == nil)
        release()
        let other = try #require(BoundedCall.begin { 42 })
        #expect(other.value(until: .after(.seconds(60))) == 42)
    }
}
