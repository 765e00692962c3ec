import Glibc
import JobKit

/// Counts what a run reads from its sources: holds it to the rate of the settings, and tells how far the run is.
///
/// A full point is measured by bytes, since reading takes its time; an increment by entries, since it looks at all and reads few.
final class ReadMeter {
    /// The longest sleep: so soon a wish to stop is noticed.
    private static let nap = Duration.milliseconds(50)

    private let stop: StopFlag
    private let isIncrement: Bool
    private let clock = ContinuousClock()
    private let progress: ProgressReporter
    private var limit: ReadLimit?
    private var tally = Tally()
    /// Of the entry that is being read.
    private var bytesOfEntry: Int64 = 0
    /// The newest point of the set, which shows about how much there is.
    var newest: PointRecord?

    init(_ settings: BackupSettings, _ context: JobContext, _ stop: StopFlag, isIncrement: Bool) {
        self.stop = stop
        self.isIncrement = isIncrement
        progress = ProgressReporter(context, unit: isIncrement ? "entries" : "bytes")
        limit = settings.readRate.map { ReadLimit($0, from: clock.now) }
    }

    /// Bytes of a source were read: waits as long as the rate demands, or until the run is to stop.
    func noteRead(_ bytes: Int) {
        bytesOfEntry += Int64(bytes)
        report()
        guard let pause = limit?.pause(after: bytes, at: clock.now), pause > .zero else { return }
        let end = clock.now + pause
        while !stop.isStopped, case let left = end - clock.now, left > .zero {
            usleep(UInt32(min(left, Self.nap) / .microseconds(1)) + 1)
        }
    }

    /// An entry is done; these are the numbers with it.
    func noteEntry(_ tally: Tally) {
        self.tally = tally
        bytesOfEntry = 0
        report()
    }

    /// Everything is stored.
    func end(_ tally: Tally) { progress.end(isIncrement ? Double(tally.entries) : Double(tally.bytes)) }

    private func report() {
        if isIncrement { return progress.report(Double(tally.entries), of: newest.map { Double($0.entries) }) }
        progress.report(Double(tally.bytes + bytesOfEntry), of: newest.map { Double($0.bytes) })
    }
}
