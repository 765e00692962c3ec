import Archive
import FileTree

/// What the manifest says of one entry.
struct ManifestEntry {
    /// How trustworthy the stored entry is.
    enum State: Hashable {
        case stored
        /// It changed each time it was read.
        case changed
        /// Nothing, or not everything, of it is in the archive; the number is `errno`'s.
        case unreadable(Int32)

        fileprivate var word: String {
            switch self {
            case .stored: "stored"
            case .changed: "changed"
            case .unreadable: "unreadable"
            }
        }
    }

    /// As in the archive, with the source's name in front.
    let path: PathBytes
    let status: FileStatus?
    var state = State.stored
    var owner = ""
    var group = ""
    var target: PathBytes?
    /// The entry that this one is another name of.
    var firstName: PathBytes?
    var metadata: ContentDigest?
    var content: ContentDigest?
    /// Bytes of content in the archive, when they are not the file's size.
    var storedSize: Int64?
    var isDatabase = false
    /// Place of the header in the archive before compression; nil when the archive has no such entry.
    var place: Int64?

    /// The line, once the frame that holds the header is known.
    func line(in frame: ZstdFrame?, sequence: Int) -> [UInt8] {
        var line = JSONLine()
        line.add("path", orBase64: "path_base64", path)
        if let status { add(status, to: &line) }
        if let target { line.add("target", orBase64: "target_base64", target) }
        if let firstName { line.add("link_to", orBase64: "link_to_base64", firstName) }
        if let metadata { line.add("attributes_sha256", metadata.description) }
        if let content { line.add("sha256", content.description) }
        if let storedSize { line.add("stored_size", storedSize) }
        if isDatabase { line.add("sqlite_snapshot", true) }
        if let frame, let place {
            line.add("sequence", sequence)
            line.add("frame", frame.offset)
            line.add("offset", place - frame.contentOffset)
        }
        line.add("state", state.word)
        if case .unreadable(let code) = state { line.add("errno", code) }
        return line.line
    }

    private func add(_ status: FileStatus, to line: inout JSONLine) {
        line.add("type", status.type.rawValue)
        line.add("mode", String(status.permissions, radix: 8))
        line.add("uid", status.owner)
        line.add("gid", status.group)
        if !owner.isEmpty { line.add("user", owner) }
        if !group.isEmpty { line.add("group", group) }
        line.add("size", status.size)
        line.add("mtime", status.modified)
        line.add("ctime", status.changed)
        line.add("device", status.identity.device)
        line.add("inode", status.identity.inode)
        if status.linkCount > 1, status.type != .folder { line.add("links", status.linkCount) }
    }
}
