import ArgumentParser
import CronSchedule
import Daemon
import SchedulerCore

/// `next [JOB]`: the slots to come.
struct NextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Print what is due next, of all jobs or of one.",
        discussion: """
            Moments are those of the start, jitter included, on the wall clock of the
            job's zone.

            EXAMPLES:
              acore-sched next
              acore-sched next backup-full --count 3
              acore-sched next --from 2027-03-28T00:00:00+01:00 --json

            EXIT CODES: 0 printed, 1 failed, 2 usage or a file with errors, 4 no such job,
            5 refused
            """)

    /// Most slots that one call prints.
    static let maximumCount = 10_000

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Only this job.", completion: .jobNames)
    var job: String?
    @Option(name: .long, help: "How many slots, 1 to 10000.")
    var count = 10
    @Option(name: .long, help: ArgumentHelp("Slots after this moment (ISO 8601 with offset); default: now.", valueName: "moment"))
    var from: GivenMoment?
    @Flag(name: .long, help: "Print one JSON object a slot.")
    var json = false

    func validate() throws {
        guard (1...Self.maximumCount).contains(count) else { throw ValidationError("--count must be from 1 to \(Self.maximumCount)") }
    }

    func run() async throws {
        try await reportingErrors {
            let book = try JobBook(global)
            let start = try from?.instant(at: book.now)
            let entries = try job.map { name in [try book.readable(name, orLastGood: true)] } ?? book.entries()
            let slots = try Agenda(entries, now: book.now, from: start).next(count)
            if json { return slots.forEach { Console.print(JSONText.line($0.json)) } }
            guard slots.isEmpty else { return Console.print(UpcomingSlot.table(slots, now: start ?? book.now).shown) }
            Console.print(job == nil ? "nothing is due on its own" : entries.map { $0.silence(at: book.now) }.joined())
        }
    }
}

extension JobEntry {
    /// Why no slot is to come.
    fileprivate func silence(at now: Instant) -> String {
        switch state(at: now) {
        case .disabled: return "\(name) is disabled: none of its slots runs"
        case .paused: return "\(name) is paused until it is resumed"
        case .error, .enabled: break
        }
        guard let job = inForce, !job.definition.timing.schedules.isEmpty else {
            return "\(name) has no schedule: it runs \(timing)"
        }
        if job.timetable.servesBoots, !job.timetable.hasMoments { return "\(name) runs once after each boot" }
        return "\(name) has no further slot"
    }
}

extension UpcomingSlot {
    static func table(_ slots: [UpcomingSlot], now: Instant) -> Table {
        var table = Table([
            .moment("START"), .init("DAY", turn: 1), .init("IN"), .init("JOB", shrinks: true), .init("NOTE", shrinks: true, turn: 2),
        ])
        for slot in slots {
            let jitter = slot.dueAt == slot.slot ? nil : "slot \(LocalTime.text(slot.slot, in: slot.zone)) and jitter"
            table.add([
                .init(LocalTime.text(slot.dueAt, in: slot.zone)), .init(LocalTime.weekday(slot.dueAt, in: slot.zone)),
                .init(LocalTime.distance(to: slot.dueAt, from: now)), .init(slot.job, .strong),
                .init([jitter, slot.note].compactMap { $0 }.joined(separator: "; "), .caution),
            ])
        }
        return table
    }
}
