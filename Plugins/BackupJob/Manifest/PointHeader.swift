import Archive
import FileTree
import FoundationEssentials
import JobKit

/// The first line of a manifest: which point this is, and from what it was made.
struct PointHeader {
    let plan: PointPlan
    let set: String

    /// The settings that decide what is stored; a later increment asks whether they are the same.
    private struct Options: Encodable {
        let sources: [[String]]
        let exclude: [String]
        let oneFileSystem: Bool
        let excludeCaches: Bool
        let largerThan: Int64?
    }

    /// SHA-256 over those settings.
    static func optionsDigest(_ settings: BackupSettings) throws(BackupError) -> String {
        let options = Options(
            sources: settings.sources.map { [$0.name, $0.path] }, exclude: settings.exclude, oneFileSystem: settings.oneFileSystem,
            excludeCaches: settings.excludeCaches, largerThan: settings.largerThan?.bytes)
        return ContentDigest(of: try JSONBytes.of(options)).description
    }

    /// The digest of those that decided what the point holds.
    func options(_ settings: BackupSettings) throws(BackupError) -> String {
        if let origin = plan.origin { return origin.record.options }
        return try Self.optionsDigest(settings)
    }

    /// The line; a full point has no parent.
    func line(_ settings: BackupSettings, _ sources: [(BackupSettings.Source, FileIdentity)]) throws(BackupError) -> JSONLine {
        var line = JSONLine()
        line.add("format", Repository.format)
        line.add("tool", "acore-sched backup")
        line.add("point", plan.id.description)
        line.add("chain", plan.chain.description)
        line.add("sequence", plan.sequence)
        if let parent = plan.parent {
            line.add("parent_manifest_sha256", parent.record.manifest.sha256)
        } else {
            line.addNull("parent_manifest_sha256")
        }
        line.add("set", set)
        line.add("type", plan.type.rawValue)
        line.add("counter", plan.counter)
        // What a look at the tree cannot tell begins at that time: of a synthetic point, when the list was made that it has taken over.
        line.add("started", (plan.origin?.header.started ?? plan.started).formatted(.iso8601))
        if let origin = plan.origin { line.add("synthetic_of", origin.record.point) }
        line.add("options", try options(settings))
        line.add("block_key", Data(plan.blockKey).base64EncodedString())
        line.add(
            "sources",
            sources.map { source, identity in
                var element = JSONLine()
                element.add("name", source.name)
                element.add("path", source.path)
                element.add("device", identity.device)
                element.add("inode", identity.inode)
                return element
            })
        return line
    }
}
