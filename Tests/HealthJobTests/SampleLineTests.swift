import JobKit
import Testing

@testable import HealthJob

/// From which earlier sample a rate is taken.
@Suite struct SampleLineTests {
    private let site: Site

    init() throws { site = try Site() }

    private func line(at moments: Double..., boot: String = "one") -> SampleLine<Int> {
        var line = SampleLine<Int>()
        for moment in moments { line.add(Int(moment), in: site.scene(at: moment, boot: boot)) }
        return line
    }

    private func window(_ line: SampleLine<Int>, at moment: Double, boot: String = "one") -> String {
        switch line.window(in: site.scene(at: moment, boot: boot)) {
        case .success(let window): "from \(window.from) over \(window.seconds.shortText)"
        case .failure(let gap): gap.reason
        }
    }

    @Test func isTheYoungestThatIsOldEnough() {
        #expect(window(line(at: 100), at: 110) == "from 100 over 10")
        #expect(window(line(at: 100, 130), at: 160) == "from 130 over 30")
        #expect(window(line(at: 100, 105), at: 112) == "from 100 over 12")
    }

    @Test func isNoneAtFirstOrTooSoonOrAfterABoot() {
        #expect(window(SampleLine(), at: 100) == "first look: a rate needs a second one, at least 10 s later")
        #expect(window(line(at: 100), at: 103) == "the look before is only 3 s old: a rate needs 10 s")
        let booted = "first look since the machine started: a rate needs a second one, at least 10 s later"
        #expect(window(line(at: 100), at: 200, boot: "two") == booted)
        #expect(window(line(at: 100), at: 20) == booted)
        #expect(window(line(at: 100, boot: ""), at: 200, boot: "") == booted, "without the boot's id nothing can be compared")
    }

    @Test func keepsFewHoweverOftenSomebodyLooks() {
        var line = SampleLine<Int>()
        for step in 0..<1000 { line.add(step, in: site.scene(at: 100 + Double(step) * 0.1)) }
        #expect(line.kept.count <= 12, "\(line.kept.count)")
        #expect(window(line, at: 200) == "from 900 over 10")
    }

    @Test func forgetsSamplesOfAnotherBoot() {
        var line = line(at: 100, 200)
        line.add(7, in: site.scene(at: 30, boot: "two"))
        #expect(line.kept.map(\.sample) == [7])
        #expect(window(line, at: 60, boot: "two") == "from 7 over 30")
    }
}
