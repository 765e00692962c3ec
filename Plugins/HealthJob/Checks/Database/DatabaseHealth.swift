import JobKit

/// SQLite files, whether they are there, whole and in use as they should be; and servers of PostgreSQL.
struct DatabaseHealth: SectionCheck {
    /// By path.
    typealias Memory = [String: DatabaseRecord]

    static let name = "database_health"
    static let help =
        "SQLite files: presence, header, size, structure, indexes, foreign keys, write-ahead log. PostgreSQL: answer, size, connections. Nothing is changed."
    static let isUsual = false

    let settings: DatabaseHealthSettings

    init(from section: inout SettingsSection, common: CommonSettings) {
        settings = DatabaseHealthSettings(from: &section)
    }

    /// For one file. It keeps its own time unless the disk hangs; the rest is for an interruption to be heard.
    private var fileLimit: Duration { settings.timeLimit + .seconds(2) }
    private var limit: Duration {
        let slowest = (settings.servers.map(\.timeout).max() ?? .zero) + PostgreSQLLook.grace + .seconds(1)
        // The files take one thread.
        return max(fileLimit * settings.paths.count, SideBySide.time(for: settings.servers.count + 1, each: slowest))
    }
    var deadline: Duration { limit + SideBySide.reserve }
    var targets: [String] { settings.paths + settings.servers.map(\.name) }

    private enum Source: Sendable {
        case files
        case server(PostgreSQLSettings)
    }

    private typealias Looked = (results: [WireEvent.Check], records: Memory)

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        let before = memory ?? [:]
        let sources = [.files] + settings.servers.map(Source.server)
        let looks = SideBySide.map(sources, within: limit) { source, reason -> Looked in
            switch source {
            case .files: (settings.paths.map { WireEvent.Check(Self.name, $0, unknown: reason) }, before)
            case .server(let server): ([WireEvent.Check(Self.name, server.name, unknown: reason)], [:])
            }
        } _: { [self] source -> Looked in
            switch source {
            case .files: return lookAtFiles(scene, before)
            case .server(let server):
                let look = PostgreSQLLook(server: server, psql: settings.psql, secretsDirectory: scene.secretsDirectory)
                return ([look.result()], [:])
            }
        }
        memory = looks.first?.records
        return looks.flatMap(\.results)
    }

    /// One after the other: they share a disk.
    private func lookAtFiles(_ scene: CheckScene, _ before: Memory) -> Looked {
        var records: Memory = [:]
        let results = settings.paths.map { path in
            let (settings, record) = (settings, before[path])
            let call = BoundedCall.begin {
                var look = DatabaseLook(path: path, settings: settings, now: scene.now, record: record)
                return (result: look.result(), record: look.record)
            }
            guard let answer = call?.value(until: .after(fileLimit)) else {
                records[path] = record
                let reason = call == nil ? "no thread could be started to look" : "had not answered after \(fileLimit.settingText)"
                return WireEvent.Check(Self.name, path, unknown: reason)
            }
            records[path] = answer.record
            return answer.result
        }
        return (results, records)
    }
}
