import FoundationEssentials
import Glibc
import JobKit

/// Whether the clock is kept by a time service, by how much it may be wrong, and whether somebody set it.
struct TimeSync: SectionCheck {
    static let name = "time_sync"
    static let help = "Whether a time service keeps the clock, its largest error, and steps of it."
    static let isUsual = true

    /// Both clocks at the look before.
    struct Memory: Codable, Sendable {
        var boot: String
        var bootTime: Double
        var wall: Double
    }

    /// Both clocks drift; a difference beyond this was a step.
    static let step = 2.0

    let deadline: Duration
    private let error: Thresholds
    private let offset: Thresholds

    init(from section: inout SettingsSection, common: CommonSettings) {
        error = section.thresholds(
            "max_error_ms", default: Thresholds(warning: 5000, critical: 12_000),
            help:
                "The error that a kept clock may have at most, in milliseconds; it grows by 1.8 s in an hour without an answer of the time service."
        )
        offset = section.thresholds(
            "offset_ms", default: Thresholds(warning: 100, critical: 1000),
            help: "By how much the clock is wrong just now, in milliseconds.")
        deadline = common.deadline
    }

    var targets: [String] { ["clock", "step"] }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        let before = memory
        memory = Memory(boot: scene.bootID, bootTime: scene.bootTime.inSeconds, wall: scene.now.timeIntervalSince1970)
        let clock: WireEvent.Check
        do throws(ReadError) {
            clock = judged(try ClockState.ask())
        } catch {
            clock = Self.fallback(error, scene)
        }
        return [clock, Self.stepped(before, scene)]
    }

    func judged(_ clock: ClockState) -> WireEvent.Check {
        let milliseconds = { (micro: Int64) in Double(micro) / 1000 }
        var result = WireEvent.Check(
            Self.name, "clock", value: milliseconds(clock.maximumErrorMicroseconds), unit: "ms",
            by: clock.isSynchronised ? error : Thresholds(),
            inputs: [
                "state": String(clock.state), "status": String(clock.status), "synchronised": clock.isSynchronised ? "yes" : "no",
                "maxerror_us": String(clock.maximumErrorMicroseconds), "esterror_us": String(clock.estimatedErrorMicroseconds),
                "offset_us": String(clock.offsetMicroseconds),
                "rule": "adjtimex: neither TIME_ERROR nor STA_UNSYNC; maxerror, and offset without its sign, below their thresholds",
            ])
        // The largest error of a clock that nobody keeps is the kernel's upper bound, and says nothing.
        guard clock.isSynchronised else {
            result.worsen(to: .warning, reason: "no time service keeps the clock; start systemd-timesyncd or chrony")
            return result
        }
        let wrong = abs(milliseconds(clock.offsetMicroseconds))
        result.worsen(to: offset.state(of: wrong), reason: "the clock is wrong by \(wrong.shortText) ms")
        return result
    }

    /// The kernel does not answer where a sandbox forbids the call (ProtectClock=): a file of systemd-timesyncd tells whether it has ever synchronised.
    static func fallback(_ error: ReadError, _ scene: CheckScene) -> WireEvent.Check {
        let path = scene.root + "/run/systemd/timesync/synchronized"
        let inputs = ["file": path]
        if access(path, F_OK) == 0 {
            return WireEvent.Check(
                name, "clock", is: .ok,
                reason: "systemd-timesyncd has synchronised the clock since the boot; the kernel does not tell more: \(error)",
                inputs: inputs)
        }
        return WireEvent.Check(
            name, "clock", unknown: "\(error), and there is no \(path); with ProtectClock=no the unit may ask the kernel", inputs: inputs)
    }

    /// Whether the wall clock went on as the clock that nobody sets.
    static func stepped(_ before: Memory?, _ scene: CheckScene) -> WireEvent.Check {
        guard let before, before.boot == scene.bootID, !before.boot.isEmpty, before.bootTime <= scene.bootTime.inSeconds else {
            return WireEvent.Check(name, "step", is: .ok, reason: "first look since the machine started: there is nothing to compare with")
        }
        let passed = scene.bootTime.inSeconds - before.bootTime
        let shown = scene.now.timeIntervalSince1970 - before.wall
        var result = WireEvent.Check(
            name, "step", value: shown - passed, unit: "s",
            inputs: [
                "boottime_passed_s": passed.text(places: 3), "wall_passed_s": shown.text(places: 3),
                "rule": "time that passed by the wall clock less time that passed by CLOCK_BOOTTIME; beyond 2 s somebody set the clock",
            ])
        result.windowSeconds = passed
        if abs(shown - passed) > step {
            let way = shown > passed ? "forward" : "back"
            result.worsen(
                to: .warning, reason: "the clock was set \(way) by \(abs(shown - passed).text(places: 1)) s since the look before")
        }
        return result
    }
}
