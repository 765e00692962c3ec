import JobKit

/// SQLite files: whether they are there, whole and in use as they should be.
struct DatabaseHealth: SectionCheck {
    /// By path.
    typealias Memory = [String: DatabaseRecord]

    static let name = "database_health"
    static let help = "SQLite files: presence, header, size, structure, indexes, foreign keys, write-ahead log. Nothing is changed."
    static let isUsual = false

    let settings: DatabaseHealthSettings

    init(from section: inout SettingsSection, common: CommonSettings) {
        settings = DatabaseHealthSettings(from: &section)
    }

    /// For one database. It keeps its own time unless the disk hangs; the rest is for an interruption to be heard.
    private var limit: Duration { settings.timeLimit + .seconds(2) }
    /// One after the other: they share a disk.
    var deadline: Duration { limit * settings.paths.count + SideBySide.reserve }
    var targets: [String] { settings.paths }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        var records: Memory = [:]
        let results = settings.paths.map { path in
            let (settings, record) = (settings, memory?[path])
            let call = BoundedCall.begin {
                var look = DatabaseLook(path: path, settings: settings, now: scene.now, record: record)
                return (result: look.result(), record: look.record)
            }
            guard let answer = call?.value(until: .after(limit)) else {
                records[path] = record
                let reason = call == nil ? "no thread could be started to look" : "had not answered after \(limit.settingText)"
                return WireEvent.Check(Self.name, path, unknown: reason)
            }
            records[path] = answer.record
            return answer.result
        }
        memory = records
        return results
    }
}
