import Testing

@testable import SchedulerCore

@Suite struct RunStateTests {
    /// Every (state, event) that leads somewhere; all others lead nowhere.
    static let moves: [RunState: [RunState.Event: RunState]] = [
        .due: [.start: .starting, .cancelled: .cancelled, .failed: .failed],
        .starting: [
            .started: .running, .neverStarted: .due, .succeeded: .succeeded, .warned: .warning, .failed: .failed, .timedOut: .timedOut,
            .cancelled: .cancelled, .vanished: .interrupted,
        ],
        .running: [
            .succeeded: .succeeded, .warned: .warning, .failed: .failed, .timedOut: .timedOut, .cancelled: .cancelled,
            .vanished: .interrupted,
        ],
        .failed: [.retry: .retrying],
        .timedOut: [.retry: .retrying],
        .interrupted: [.retry: .retrying],
        .retrying: [.retryDue: .due, .cancelled: .cancelled],
        .succeeded: [:], .warning: [:], .cancelled: [:],
    ]

    @Test("every state and event", arguments: RunState.allCases)
    func everyPairIsDecided(_ state: RunState) throws {
        let row = try #require(Self.moves[state])
        for event in RunState.Event.allCases {
            #expect(state.after(event) == row[event], "\(state) after \(event)")
        }
    }

    @Test func anEndedRunHasNoProcessAndALiveOneHasNotEnded() {
        for state in RunState.allCases {
            #expect(!(state.isEnded && state.isLive), "\(state)")
        }
    }
}
