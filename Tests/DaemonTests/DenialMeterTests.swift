import Testing

@testable import Daemon

@Suite struct DenialMeterTests {
    @Test func aUserHasSoManyRowsAMinuteAndTheRestIsCounted() {
        let meter = DenialMeter()
        for _ in 0..<DenialMeter.bound { #expect(meter.take(7, elapsed: .seconds(1)) == 0) }
        for _ in 0..<5 { #expect(meter.take(7, elapsed: .seconds(60)) == nil) }
        #expect(meter.take(8, elapsed: .seconds(60)) == 0, "others have rows of their own")
        #expect(meter.take(7, elapsed: .seconds(61)) == 5)
        #expect(meter.take(7, elapsed: .seconds(61)) == 0)
    }
}
