import ControlAPI
import SchedulerCore

/// What health jobs and alerts add. Nothing is said of a list that is empty.
extension MetricsReport {
    /// Checks with a series of their own, and channels.
    static let figureBound = 1000

    var checkFamilies: [MetricFamily] {
        let told = checks.prefix(Self.figureBound)
        guard !told.isEmpty else { return [] }
        return [
            MetricFamily(
                "acore_sched_check_state", .gauge, help: "What a check said last: 0 ok, 1 warning, 2 critical, 3 unknown.",
                told.map { .init($0.labels, Double($0.state)) }),
            MetricFamily(
                "acore_sched_check_value", .gauge, help: "What a check measured last, in the unit that its label names.",
                told.compactMap { check in check.value.map { .init(check.labels + [.init("unit", check.unit ?? "")], $0) } }),
            .number(
                "acore_sched_checks_without_series", checks.count - told.count, help: "Checks beyond the first \(Self.figureBound)."),
        ]
    }

    var alertFamilies: [MetricFamily] {
        guard let firing else { return [] }
        let levels: [AlertLevel] = [.warning, .critical, .unknown]
        return [
            MetricFamily(
                "acore_sched_alerts_firing", .gauge, help: "Alerts that fire, by how bad they are; those that are silenced count, too.",
                levels.map { .init([.init("level", $0.rawValue)], Double(firing[$0] ?? 0)) })
        ]
    }

    var channelFamilies: [MetricFamily] {
        guard !channels.isEmpty else { return [] }
        return [
            MetricFamily(
                "acore_sched_outbox_depth", .gauge, help: "Notices that wait to be delivered.",
                channels.prefix(Self.figureBound).map { .init([.init("channel", $0.name)], Double($0.waiting)) })
        ]
    }
}

/// What a check of a health job said last.
struct CheckFigure: Sendable, Hashable {
    let job: String
    let check: String
    let target: String
    /// 0 ok, 1 warning, 2 critical, 3 unknown.
    let state: Int
    let value: Double?
    let unit: String?

    fileprivate var labels: [MetricFamily.Label] { [.init("job_name", job), .init("check", check), .init("target", target)] }
}

/// A channel that alerts go to.
struct ChannelFigure: Sendable, Hashable {
    let name: String
    let waiting: Int
}

extension CheckFigure {
    init(_ result: CheckResult) {
        let state =
            switch result.level {
            case .ok: 0
            case .warning: 1
            case .critical: 2
            case .unknown: 3
            }
        self.init(
            job: result.key.job, check: result.key.name, target: result.key.target ?? "", state: state, value: result.value,
            unit: result.unit)
    }
}
