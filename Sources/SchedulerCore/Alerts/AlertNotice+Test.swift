extension AlertNotice {
    /// A notice that says nothing but that the channel works.
    /// - Parameters:
    ///   - id: stands for the delivery and for the alert.
    ///   - now: milliseconds since 1970, UTC.
    package static func test(of channel: String, id: RunID, host: String, now: Int64) -> AlertNotice {
        AlertNotice(
            delivery: id, alert: id, key: "test/\(channel)", occasion: .test, severity: .warning, job: "test", check: nil, target: nil,
            summary: "A test of the channel \(channel): nothing is wrong",
            details: "Somebody asked for it with: acore-sched alerts test \(channel)", value: nil, unit: nil, warning: nil, critical: nil,
            startedAt: now, endedAt: nil, host: host, sequence: 1, run: nil, acknowledgedBy: nil)
    }
}
