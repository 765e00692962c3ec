import CronSchedule

/// What holds for every expression, in every zone, from every moment.
struct CronPromises {
    let zone: SystemTimeZone
    let from: Instant

    private static let zones = [
        "UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/Santiago", "Antarctica/Troll",
    ].map { name in
        do {
            return try SystemTimeZone.named(name)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    init(zoneChoice: UInt8, momentChoice: UInt8) {
        zone = CronPromises.zones[Int(zoneChoice) % CronPromises.zones.count]
        // From 1969 to 2201, and close to the changes of the clock in 2027.
        let spread = Int64(momentChoice >> 1) * 57_600_000 - 31_536_000
        let close = Int64(1_806_190_000) + Int64(momentChoice >> 1) * 151_000
        from = Instant(seconds: momentChoice & 1 == 0 ? spread : close)
    }

    func check(_ text: String) throws {
        let schedule = try CronSchedule(text, jobName: "fuzz")
        let again = try CronSchedule(schedule.canonical)
        precondition(again == schedule, "\(text) became \(schedule.canonical)")
        precondition(again.canonical == schedule.canonical, "\(text) has two canonical texts")
        for warning in try schedule.warnings(in: zone, from: from) {
            precondition((1...text.unicodeScalars.count + 1).contains(warning.column), "warning outside of \(text)")
        }
        precondition(!schedule.explanation(in: zone, from: from).isEmpty)
        for gap in DSTGapPolicy.allCases { try checkMoments(schedule, gap) }
    }

    private func checkMoments(_ schedule: CronSchedule, _ gap: DSTGapPolicy) throws {
        var moment = from
        for _ in 0..<4 {
            guard let next = try schedule.next(after: moment, in: zone, dstGap: gap) else { break }
            precondition(next > moment, "\(schedule.text): \(next) is not after \(moment)")
            let previous = try schedule.previous(before: next, in: zone, dstGap: gap)
            precondition(previous.map { $0 <= moment } ?? true, "\(schedule.text): \(String(describing: previous)) lies between")
            let following = Instant(milliseconds: next.milliseconds + 1)
            if case .calendar = schedule.kind {
                let back = try schedule.previous(before: following, in: zone, dstGap: gap)
                precondition(back == next, "\(schedule.text): no way back to \(next)")
                guard let occurrence = try schedule.occurrence(at: next, in: zone, dstGap: gap) else {
                    preconditionFailure("\(schedule.text): \(next) is no occurrence")
                }
                precondition(occurrence.slots >= 1)
                let reason = try schedule.reason(at: next, in: zone, dstGap: gap)
                precondition(reason.fires, "\(schedule.text): \(reason.text)")
            }
            moment = next
        }
    }
}
