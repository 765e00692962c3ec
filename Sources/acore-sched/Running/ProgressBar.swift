import JobKit

/// One line at the bottom of the terminal that is drawn over again.
struct ProgressBar {
    private let isShown: Bool
    private var text = ""

    init(isShown: Bool) { self.isShown = isShown }

    /// Takes a line of the wire; anything but progress is left alone.
    mutating func take(_ line: [UInt8]) {
        // A line that is not of the wire has been shown as a log line already.
        guard isShown, let event = try? WireEvent(line: line), case .progress(let progress) = event else { return }
        clear()
        text = EventText.harmless(Self.text(for: progress))
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

    private static func text(for progress: WireEvent.Progress) -> String {
        let done = amount(progress.done, unit: progress.unit)
        guard let total = progress.total, total > 0 else { return "… \(done)" }
        let share = min(1, max(0, progress.done / total))
        let filled = Int(share * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        return "\(bar) \(Int(share * 100)) %  \(done) of \(amount(total, unit: progress.unit))"
    }

    private static func amount(_ value: Double, unit: String) -> String {
        guard value.isFinite, abs(value) < 9e18 else { return "?" }
        return unit == "bytes" ? ByteCount(Int64(value)).description : "\(Int64(value)) \(unit)"
    }
}
