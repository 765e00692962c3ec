import CronSchedule

/// Answers the questions of `cron batch` one after the other.
struct CronBatch {
    /// The answers not yet sent.
    var answers = JSONLine()
    private let now: Instant
    private var zones: [String: SystemTimeZone] = ["UTC": .utc]

    /// Zones kept for further lines; the tz data has about 600.
    static let maximumZonesKept = 1_024

    /// - Parameter now: where questions without `from` begin.
    init(now: Instant) {
        self.now = now
        answers.reserve(131_072)
    }

    /// Answers one line.
    mutating func answer(_ line: [UInt8]) {
        var question: CronQuestion
        do {
            question = try CronQuestion.read(line)
        } catch {
            return refuse(id: error.id, CronSyntaxError(column: 0, message: error.message, fix: error.fix))
        }
        do {
            let schedule = try CronSchedule(question.expression)
            let zone = try zone(question.zone)
            try moments(of: schedule, question, zone)
        } catch let error as CronSyntaxError {
            refuse(id: question.id, error)
        } catch let error as TimeZoneError {
            refuse(id: question.id, CronSyntaxError(column: 0, message: error.message, fix: error.fix))
        } catch {
            refuse(id: question.id, CronSyntaxError(column: 0, message: "\(error)", fix: "use another time zone"))
        }
    }

    /// Answers a line that was too long to be kept.
    mutating func refuseOverlong(limit: Int) {
        refuse(id: nil, CronSyntaxError(column: 0, message: "the line is longer than \(limit) bytes", fix: "write one question a line"))
    }

    private mutating func moments(of schedule: CronSchedule, _ question: CronQuestion, _ zone: SystemTimeZone) throws(CronSearchError) {
        var moment = question.from ?? now
        var found: [Instant] = []
        found.reserveCapacity(question.count)
        while found.count < question.count, let next = try schedule.next(after: moment, in: zone) {
            found.append(next)
            moment = next
        }
        begin(id: question.id)
        answers.key("next")
        answers.open("[")
        for instant in found { answers.moment(instant, offset: zone.offset(at: instant)) }
        answers.close("]")
        answers.close("}")
        answers.endLine()
    }

    private mutating func refuse(id: [UInt8]?, _ error: CronSyntaxError) {
        begin(id: id)
        answers.member(error)
        answers.close("}")
        answers.endLine()
    }

    private mutating func begin(id: [UInt8]?) {
        answers.open("{")
        answers.key("id")
        answers.raw(id ?? Array("null".utf8))
    }

    private mutating func zone(_ name: String) throws(TimeZoneError) -> SystemTimeZone {
        if let known = zones[name] { return known }
        let zone = try SystemTimeZone.named(name)
        if zones.count < CronBatch.maximumZonesKept { zones[name] = zone }
        return zone
    }
}
