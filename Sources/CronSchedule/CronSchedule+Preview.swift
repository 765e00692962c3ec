extension CronSchedule {
    /// Most rows of one preview.
    public static let maximumPreview = 10_000

    /// The next occurrences after `instant`, at most `count` and ``maximumPreview``; fewer when the schedule ends.
    ///
    /// For `@every` the rows count from `instant`; `@reboot` has none.
    /// - Throws: only for a zone whose rules contradict themselves.
    public func preview(count: Int, from instant: Instant, in zone: any TimeZoneRules, dstGap: DSTGapPolicy = .run) throws(CronSearchError)
        -> [PreviewRow]
    {
        var rows: [PreviewRow] = []
        var moment = instant
        while rows.count < min(count, CronSchedule.maximumPreview), let next = try next(after: moment, in: zone, dstGap: dstGap) {
            rows.append(try row(next, in: zone, dstGap: dstGap))
            moment = next
        }
        return rows
    }

    private func row(_ instant: Instant, in zone: any TimeZoneRules, dstGap: DSTGapPolicy) throws(CronSearchError) -> PreviewRow {
        let occurrence = try occurrence(at: instant, in: zone, dstGap: dstGap)
        let offset = zone.offset(at: instant)
        let local = LocalTime(localSeconds: instant.seconds + Int64(offset))
        return PreviewRow(
            instant: instant, local: instant.iso8601(offset: offset), weekday: ScheduleWords.shortWeekdays[local.weekday],
            slots: occurrence?.slots ?? 1,
            note: occurrence.flatMap { occurrence in occurrence.note.map { ScheduleWords.note($0, slots: occurrence.slots, local: local) } }
        )
    }
}
