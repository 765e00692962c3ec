import Dispatch
import JobKit
import Processes
import Synchronization

/// Looks with all checks side by side, each on a thread of its own; one that hangs beyond its deadline is left behind, and delays nobody.
final class CheckRunner: Sendable {
    /// What all checks together found.
    struct Looked: Sendable {
        /// In the order of the checks.
        var results: [WireEvent.Check]
        var memory: CheckMemory
        /// Whether somebody wanted an end before all had looked.
        var isStopped: Bool
    }

    /// What one check found.
    private struct Single: Sendable {
        var results: [WireEvent.Check]
        var memory: (any Codable & Sendable)?
    }

    private struct State {
        var arrived: [Int: Single] = [:]
        var isStopped = false
    }

    private let scene: CheckScene
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)

    init(scene: CheckScene) { self.scene = scene }

    /// Ends the waiting for checks that still look.
    func stop() {
        state.withLock { $0.isStopped = true }
        news.signal()
    }

    /// Looks once; to be called once.
    /// - Parameter each: is told the results of a check as soon as they are there.
    func run(_ checks: [any HealthCheck], memory: CheckMemory, each: @Sendable ([WireEvent.Check]) -> Void) -> Looked {
        let begin = DispatchTime.now()
        var waiting: [Int: DispatchTime] = [:]
        var found: [Int: Single] = [:]
        // The one that may take longest decides when all have looked: it begins first.
        for (index, check) in checks.enumerated().sorted(by: { $0.element.deadline > $1.element.deadline }) {
            if start(check, index, memory) {
                waiting[index] = begin + .nanoseconds(Int(clamping: check.deadline.wholeNanoseconds))
            } else {
                found[index] = unknown(check, memory, reason: "no thread could be started for the check")
            }
        }
        for single in found.values { each(single.results) }
        while let next = waiting.values.min(), !state.withLock({ $0.isStopped }) {
            _ = news.wait(timeout: next)
            for (index, single) in take() where waiting.removeValue(forKey: index) != nil {
                found[index] = single
                each(single.results)
            }
            for (index, deadline) in waiting where deadline <= .now() {
                waiting[index] = nil
                let check = checks[index]
                let single = unknown(check, memory, reason: "had not answered after \(check.deadline.settingText)")
                found[index] = single
                each(single.results)
            }
        }
        var kept = memory
        for (index, single) in found { kept[checks[index].name] = single.memory }
        return Looked(
            results: checks.indices.flatMap { found[$0]?.results ?? [] }, memory: kept, isStopped: !waiting.isEmpty)
    }

    private func take() -> [Int: Single] {
        state.withLock { state in
            defer { state.arrived = [:] }
            return state.arrived
        }
    }

    private func start<Check: HealthCheck>(_ check: Check, _ index: Int, _ memory: CheckMemory) -> Bool {
        OwnThread.start { [self] in
            let begin = ContinuousClock.now
            var own = memory[Check.name] as? Check.Memory
            var results = check.look(scene, memory: &own)
            let took = (ContinuousClock.now - begin).inSeconds
            for position in results.indices { results[position].inputs = (results[position].inputs ?? [:]).adding(took: took) }
            let single = Single(results: results, memory: own)
            state.withLock { $0.arrived[index] = single }
            news.signal()
        }
    }

    /// Nothing is known of any target, and what was remembered stays.
    private func unknown(_ check: any HealthCheck, _ memory: CheckMemory, reason: String) -> Single {
        let targets: [String?] = check.targets.isEmpty ? [nil] : check.targets
        let results = targets.map { WireEvent.Check(check.name, $0, unknown: reason) }
        return Single(results: results, memory: memory[check.name])
    }
}

extension HealthCheck {
    /// ``HealthCheck/name`` of a check whose type is not known.
    var name: String { Self.name }
}

extension [String: String] {
    fileprivate func adding(took seconds: Double) -> [String: String] {
        merging(["look_ms": (seconds * 1000).text(places: 1)]) { own, _ in own }
    }
}
