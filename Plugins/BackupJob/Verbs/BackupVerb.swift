import JobKit

/// What `acore-sched backup VERB` can do.
enum BackupVerb: String, CaseIterable {
    case list
    case show
    case verify
    case restore
    case diff
    case find
    case cat
    case create
    case catalog
    case prune
    case pin
    case unpin
    case copy
    case fetch
    case drill

    var description: VerbDescription {
        switch self {
        case .list:
            VerbDescription(name: rawValue, summary: "the points of the set; --kind config, --json, --from DIR", mode: .reading)
        case .show:
            VerbDescription(
                name: rawValue,
                summary: "what a point holds: POINT|latest|TIME; --path P, --kind config, --json, --identity FILE, --from DIR",
                mode: .reading)
        case .verify:
            VerbDescription(
                name: rawValue,
                summary:
                    "reads a point and all it needs: POINT|latest|TIME; --full (as without), --sample N%, --quick, --kind config, --json, --identity FILE, --from DIR",
                mode: .reading)
        case .restore:
            VerbDescription(
                name: rawValue,
                summary:
                    "POINT|latest|TIME into a new folder: --to DIR, or to where it was: --in-place; --path P, --kind config, --json, --identity FILE, --from DIR; "
                    + "--purge removes what restores in place replaced", mode: .acting)
        case .drill:
            VerbDescription(
                name: rawValue,
                summary:
                    "restores to a scratch folder and checks everything: POINT|latest|TIME; --kind config, --json, --identity FILE, --from DIR",
                mode: .acting)
        case .diff:
            VerbDescription(
                name: rawValue,
                summary: "what differs between two points: A B; --path P, --kind config, --json, --identity FILE, --from DIR",
                mode: .reading)
        case .find:
            VerbDescription(
                name: rawValue,
                summary: "which points hold a path, by a pattern as in .gitignore; --kind config, --json, --identity FILE, --from DIR",
                mode: .reading)
        case .cat:
            VerbDescription(
                name: rawValue,
                summary: "the content of one file: POINT|latest|TIME PATH; --kind config, --json, --identity FILE, --from DIR",
                mode: .reading)
        case .create:
            VerbDescription(
                name: rawValue,
                summary:
                    "makes a point, as the job does or of a type: full|incremental|synthetic|config_only; --dry-run, --identity FILE, --json",
                mode: .acting)
        case .catalog:
            VerbDescription(name: rawValue, summary: "rebuild: makes what find uses from the manifests; --json", mode: .acting)
        case .prune:
            VerbDescription(
                name: rawValue, summary: "removes points that no rule of with.keep keeps; --dry-run, --force, --json",
                mode: .acting)
        case .pin:
            VerbDescription(
                name: rawValue, summary: "no rule removes a point any more: POINT|latest|TIME; --reason TEXT, --kind config, --json",
                mode: .acting)
        case .unpin:
            VerbDescription(
                name: rawValue, summary: "the rules count again for a point: POINT|latest|TIME; --kind config, --json", mode: .acting)
        case .copy: VerbDescription(name: rawValue, summary: "brings the copies up to date: [NAME…]; --json", mode: .acting)
        case .fetch:
            VerbDescription(
                name: rawValue, summary: "a point from a copy, to restore from: NAME [POINT|latest|TIME] --to DIR; --kind config, --json",
                mode: .acting)
        }
    }
}
