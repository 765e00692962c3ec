import CronSchedule
import SchedulerCore
import Testing

/// Silences and a clock that is set.
@Suite struct SilenceClockTests {
    @Test func aSilenceOfAClockThatWasAheadLastsAsLongAsWasAskedFor() throws {
        var desk = AlertBookTests.Desk()
        let early = desk.now
        desk.now = early.moved(by: .seconds(36_000))
        desk.take(
            try desk.book.silence("j/*", until: desk.now.moved(by: .seconds(7200)), by: "ann", reason: "r", desk.world).changes)
        desk.now = early
        desk.end("j", .failed)
        let end = desk.now.moved(by: .seconds(7200))
        #expect(desk.book.silences.values.map(\.until) == [end] && desk.changes.silences.last?.until == end)
        #expect(desk.book.nextAlarm == end)
        desk.now = end
        desk.pass()
        #expect(desk.told == ["firing j/failure>ops"])
    }

    @Test func aClockThatIsCorrectedByALittleMovesNoSilence() throws {
        var desk = AlertBookTests.Desk()
        let end = desk.now.moved(by: .seconds(7200))
        desk.take(try desk.book.silence("j/*", until: end, by: "ann", reason: "r", desk.world).changes)
        desk.pass(after: .seconds(-5))
        #expect(desk.book.silences.values.map(\.until) == [end])
    }
}
