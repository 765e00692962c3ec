import JobKit

/// Errors in logs, by their share of all lines.
struct LogErrors: SectionCheck {
    /// By target.
    typealias Memory = [String: LogRecord]

    static let name = "log_errors"
    static let help =
        "Log files and journals: how many of the last lines tell of an error. A traceback counts once; nothing is counted twice."
    static let isUsual = false

    let settings: LogErrorsSettings

    init(from section: inout SettingsSection, common: CommonSettings) {
        settings = LogErrorsSettings(from: &section)
    }

    /// The journal may be asked twice.
    private var limit: Duration { SideBySide.time(for: settings.sources.count, each: JournalReader.usualLimit * 2 + .seconds(3)) }
    var deadline: Duration { limit + SideBySide.reserve }
    var targets: [String] { settings.sources.map(\.target) }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        let before = memory ?? [:]
        let (settings, now) = (settings, scene.now)
        let looks = SideBySide.map(settings.sources, within: limit) { source, reason in
            (result: WireEvent.Check(Self.name, source.target, unknown: reason), record: before[source.target])
        } _: { source -> (result: WireEvent.Check, record: LogRecord?) in
            var look = LogLook(source: source, settings: settings, now: now, record: before[source.target])
            return (look.result(), look.record)
        }
        var after: Memory = [:]
        for (source, look) in zip(settings.sources, looks) { after[source.target] = look.record }
        memory = after
        return looks.map(\.result)
    }
}
