import Daemon
import Dispatch
import Glibc
import SchedulerCore

/// `health --watch`: the table again and again, until Ctrl-C.
///
/// On a terminal it is drawn in place; elsewhere a new one is printed each time that there are new results.
struct HealthWatch {
    let global: GlobalOptions
    let job: String?
    let json: Bool
    let interval: Duration

    /// - Throws: what is in the way of the first look; later ones are repeated.
    func run() async throws {
        let sources = Self.endOnSignals()
        defer { sources.forEach { $0.cancel() } }
        var known = try look()
        show(known, after: nil)
        while true {
            try await ContinuousClock().sleep(for: interval)
            do throws(DaemonError) {
                let report = try look()
                show(report, after: known)
                known = report
            } catch {
                Console.complain("\(error)")
            }
        }
    }

    private func look() throws(DaemonError) -> HealthReport { try HealthReport(global, job: job) }

    private func show(_ report: HealthReport, after known: HealthReport?) {
        if json {
            let old = Set(known?.rows ?? [])
            report.rows.filter { !old.contains($0) }.forEach { Console.print(JSONText.line(CheckJSON($0))) }
        } else if Console.isTerminal {
            // Ages grow, and the terminal may have another size.
            CronOutput().write(Self.screen(report.text, isFirst: known == nil, lines: Console.height))
        } else if known.map({ $0.rows != report.rows }) ?? true {
            Console.print((known == nil ? "" : "\n") + report.text)
        }
    }

    /// A text in place of the one before. Each line clears what was behind it, so that nothing flickers; what does not fit is left out.
    static func screen(_ text: String, isFirst: Bool, lines height: Int) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.count >= height {
            let room = max(1, height - 2)
            lines = lines.prefix(room) + ["… and \(lines.count - room) more"]
        }
        let start = isFirst ? "\u{1b}[2J\u{1b}[H" : "\u{1b}[H"
        return start + lines.map { $0 + "\u{1b}[K\n" }.joined() + "\u{1b}[J"
    }

    /// Whoever ends a watch has seen what there was to see: that is no failure.
    private static func endOnSignals() -> [any DispatchSourceSignal] {
        SignalMask.block([SIGINT, SIGTERM])
        return [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { OutputLoss.exit(ExitStatus.succeeded.code) }
            source.activate()
            return source
        }
    }
}
