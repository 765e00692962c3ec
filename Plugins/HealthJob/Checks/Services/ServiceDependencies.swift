import JobKit

/// The state of units of systemd that a service needs.
struct ServiceDependencies: SectionCheck {
    static let name = "service_dependencies"
    static let help = "The state of units of systemd; one that is down since another is, is not told again."
    static let isUsual = false

    /// NRestarts, by unit.
    struct Memory: Codable, Sendable {
        var restarts: [String: Int64] = [:]
    }

    let deadline: Duration
    private let units: [String]
    private let parents: [String: [String]]
    private let systemctl: Systemctl

    init(from section: inout SettingsSection, common: CommonSettings) {
        let listed = section.sectionMap(
            "units", help: "The units, each with what it needs: acore_bot.service: {parents: [ollama.service]}; {} for none."
        ) { unit, section in
            let help = "Units of this list without which it cannot be, beside those of its Requires= and BindsTo=."
            return (unit, section.textList("parents", help: help))
        }
        units = listed.map(\.0)
        parents = Dictionary(listed) { _, last in last }
        systemctl = Systemctl(program: common.systemctl, limit: common.deadline)
        deadline = common.deadline + DiskReader.reserve
        check(&section)
    }

    /// Rules that a type cannot tell.
    private func check(_ section: inout SettingsSection) {
        if units.isEmpty {
            section.report(
                .error, at: "units", problem: "\(section.place()) names no unit",
                fix: "add units: {NAME.service: {}}, a line for each unit")
        }
        for unit in units {
            for parent in parents[unit] ?? [] where !units.contains(parent) {
                section.report(
                    .error, at: "units", problem: "\(unit) has the parent \(parent), which is none of the units",
                    fix: "add \(parent): {} to \(section.place("units"))")
            }
        }
    }

    var targets: [String] { units }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        switch systemctl.show(units, UnitState.properties) {
        case .failure(let failure): return units.map { WireEvent.Check(Self.name, $0, unknown: "\(failure)") }
        case .success(let answers):
            let states = Dictionary(zip(units, answers.map { UnitState($0) })) { _, last in last }
            let judge = UnitJudge(states: states, parents: parents)
            let results = units.compactMap { judge.result(of: $0, Self.name, restartsBefore: memory?.restarts[$0]) }
            memory = Memory(restarts: states.compactMapValues(\.restarts))
            return results
        }
    }
}
