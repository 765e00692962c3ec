import JobKit

/// One line at the bottom of the terminal that is drawn over again.
struct ProgressBar {
    /// It is drawn over again at most so often.
    private static let shortestShow = Duration.milliseconds(200)
    private static let width = 20

    private let isShown: Bool
    private let clock = ContinuousClock()
    private var text = ""
    private var rate = ProgressRate()
    private var drawn: ContinuousClock.Instant?

    init(isShown: Bool) { self.isShown = isShown }

    /// Takes a line of the wire; anything but progress is left alone.
    mutating func take(_ line: [UInt8]) {
        // A line that is not of the wire has been shown as a log line already.
        guard isShown, let event = try? WireEvent(line: line), case .progress(let progress) = event else { return }
        let now = clock.now
        rate.take(progress, at: now)
        let isDone = progress.total.map { progress.done >= $0 } ?? false
        if !isDone, let drawn, now - drawn < Self.shortestShow { return }
        drawn = now
        clear()
        text = EventText.harmless(Self.text(for: progress, rate: rate.perSecond))
        draw()
    }

    /// Takes the bar off the terminal.
    mutating func clear() {
        if isShown, !text.isEmpty { CronOutput().write("\r\u{1b}[K") }
    }

    /// Puts it back.
    func draw() {
        if isShown, !text.isEmpty { CronOutput().write(String(text.prefix(max(10, Console.width - 1)))) }
    }

    /// - Parameter rate: in the event's unit, a second; nil while nobody knows.
    private static func text(for progress: WireEvent.Progress, rate: Double?) -> String {
        let done = amount(progress.done, unit: progress.unit)
        let speed = rate.map { ", \(amount($0, unit: progress.unit))/s" } ?? ""
        guard let total = progress.total, total > 0 else { return "… \(done)\(speed)" }
        let share = min(1, max(0, progress.done / total))
        let filled = Int(share * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let text = "\(bar) \(Int(share * 100)) %  \(done) of \(amount(total, unit: progress.unit))\(speed)"
        guard let rate, case let seconds = (total - progress.done) / rate, seconds >= 0, seconds < 1e8 else { return text }
        return "\(text), \(remaining(Int64(seconds.rounded(.up)))) left"
    }

    /// Two units at most: of hours to come nobody wants to know the seconds.
    private static func remaining(_ seconds: Int64) -> String {
        let grain: Int64 = seconds < 3600 ? 1 : seconds < 86_400 ? 60 : 3600
        return Duration.seconds(seconds / grain * grain).settingText
    }

    private static func amount(_ value: Double, unit: String) -> String {
        guard value.isFinite, abs(value) < 9e18 else { return "?" }
        return unit == "bytes" ? ByteCount(Int64(value)).description : "\(Int64(value)) \(unit)"
    }
}
