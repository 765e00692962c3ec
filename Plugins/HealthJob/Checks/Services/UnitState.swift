import JobKit

/// How a unit is.
struct UnitState: Sendable, Hashable {
    /// What has to be asked for.
    static let properties = [
        "Id", "LoadState", "ActiveState", "SubState", "Result", "NRestarts", "MainPID", "InvocationID", "ControlGroup", "Requires",
        "BindsTo",
    ]

    let load: String
    let active: String
    let sub: String
    let result: String?
    let restarts: Int64?
    let mainPID: Int32?
    let invocation: String?
    let group: String?
    /// Units without which this one cannot be.
    let needs: Set<String>

    init(_ properties: UnitProperties) {
        load = properties["LoadState"] ?? "unknown"
        active = properties["ActiveState"] ?? "unknown"
        sub = properties["SubState"] ?? "unknown"
        result = properties["Result"]
        restarts = properties["NRestarts"].flatMap { Int64($0) }
        mainPID = properties["MainPID"].flatMap { Int32($0) }.flatMap { $0 > 0 ? $0 : nil }
        invocation = properties["InvocationID"]
        group = properties["ControlGroup"]
        needs = Set(["Requires", "BindsTo"].flatMap { (properties[$0] ?? "").split(separator: " ").map { String($0) } })
    }

    /// Its state, and the reason where it is not well.
    var judgement: (state: WireEvent.Check.State, reason: String?) {
        switch load {
        case "not-found": return (.critical, "there is no such unit")
        case "masked": return (.critical, "the unit is masked")
        case "bad-setting", "error": return (.critical, "the unit's file has a fault: \(load)")
        case _: break
        }
        switch active {
        case "active", "reloading", "refreshing": return (.ok, nil)
        case "activating" where sub == "auto-restart" || sub == "auto-restart-queued":
            return (.critical, "it ended (\(result ?? "no result")) and waits for its restart")
        case "activating", "deactivating", "maintenance": return (.warning, "the unit is \(words)")
        case "failed", "inactive": return (.critical, "the unit is \(words)\(result.map { $0 == "success" ? "" : ", result \($0)" } ?? "")")
        case _: return (.unknown, "systemd says of its state: \(words)")
        }
    }

    private var words: String { "\(active) (\(sub))" }

    var inputs: [String: String] {
        var inputs = ["LoadState": load, "ActiveState": active, "SubState": sub]
        inputs["Result"] = result
        inputs["NRestarts"] = restarts.map { String($0) }
        inputs["MainPID"] = mainPID.map { String($0) }
        inputs["InvocationID"] = invocation
        return inputs
    }
}
