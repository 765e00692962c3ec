import JobKit

/// What `acore-sched backup VERB` can do.
enum BackupVerb: String, CaseIterable {
    case list
    case show
    case verify
    case restore
    case prune
    case pin
    case unpin

    var description: VerbDescription {
        switch self {
        case .list:
            VerbDescription(name: rawValue, summary: "the points of the set; --kind config, --json", mode: .reading)
        case .show:
            VerbDescription(
                name: rawValue, summary: "what a point holds: POINT|latest|TIME; --path P, --kind config, --json", mode: .reading)
        case .verify:
            VerbDescription(
                name: rawValue, summary: "reads a point and all it needs: POINT|latest|TIME; --sample N%, --quick, --kind config",
                mode: .reading)
        case .restore:
            VerbDescription(
                name: rawValue, summary: "into a new folder: POINT|latest|TIME --to DIR; --path P, --kind config", mode: .acting)
        case .prune:
            VerbDescription(
                name: rawValue, summary: "removes points that no rule of with.keep keeps; --dry-run, --force, --kind config, --json",
                mode: .acting)
        case .pin:
            VerbDescription(
                name: rawValue, summary: "no rule removes a point any more: POINT|latest|TIME; --reason TEXT, --kind config", mode: .acting)
        case .unpin:
            VerbDescription(name: rawValue, summary: "the rules count again for a point: POINT|latest|TIME; --kind config", mode: .acting)
        }
    }
}
