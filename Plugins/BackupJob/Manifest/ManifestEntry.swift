import Archive
import FileTree
import FoundationEssentials

/// What the manifest says of one entry.
struct ManifestEntry {
    /// How trustworthy the stored entry is.
    enum State: Hashable {
        case stored
        /// It lies in an earlier archive of the chain and has not changed since.
        case unchanged
        /// It changed each time it was read.
        case changed
        /// A database whose plain files are stored, since no copy of it could be made.
        case raw
        /// Its content is whole; some of its attributes are not stored.
        case incomplete
        /// Nothing, or not everything, of it could be read; the number is `errno`'s. Where a location is given, that is the last good copy.
        case unreadable(Int32)

        fileprivate var word: String {
            switch self {
            case .stored: "stored"
            case .unchanged: "unchanged"
            case .changed: "changed"
            case .raw: "raw"
            case .incomplete: "incomplete"
            case .unreadable: "unreadable"
            }
        }
    }

    /// Where an entry's header lies.
    struct Location: Hashable {
        /// The point of the chain whose archive holds it.
        var sequence: Int
        /// Compressed bytes in front of its frame.
        var frame: Int64
        /// Bytes of content in front of it within the frame.
        var offset: Int64
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
    /// Of a file that changed a little, the bytes of the content at ``location``: ``patches`` are laid over it, and it is cut to the file's size.
    var baseSize: Int64?
    /// Where the patches lie, oldest first.
    var patches: [Location] = []
    /// Of a large file.
    var blocks: BlockDigests?
    var isDatabase = false
    /// Whether changes of the database lay in its log when it was copied.
    var hadLog = false
    /// Place of the header in the archive that is being written, before compression; nil when it has no such entry.
    var place: Int64?
    /// Whether what is being written at ``place`` is a patch over what an earlier archive holds.
    var isPatched = false
    /// Where it lies, once that is known.
    var location: Location?

    init(path: PathBytes, status: FileStatus?) {
        self.path = path
        self.status = status
    }

    /// Takes the place of what is being written, once that is known.
    mutating func settle(at found: Location) {
        if isPatched { patches.append(found) } else { location = found }
    }

    /// Forgets what earlier archives have of its content.
    mutating func becomeWhole() {
        (location, baseSize, patches, isPatched) = (nil, nil, [], false)
    }

    /// Whether the archives hold it as it was.
    var isTrustworthy: Bool { location != nil && (state == .stored || state == .unchanged) }

    /// The line.
    var line: [UInt8] {
        var line = JSONLine()
        line.add("path", orBase64: "path_base64", path)
        if let status { add(status, to: &line) }
        if let target { line.add("target", orBase64: "target_base64", target) }
        if let firstName { line.add("link_to", orBase64: "link_to_base64", firstName) }
        if let metadata { line.add("attributes_sha256", metadata.description) }
        if let content { line.add("sha256", content.description) }
        if let storedSize { line.add("stored_size", storedSize) }
        if isDatabase { line.add("sqlite_snapshot", true) }
        if hadLog { line.add("sqlite_log", true) }
        if let location {
            line.add("sequence", location.sequence)
            line.add("frame", location.frame)
            line.add("offset", location.offset)
        }
        if let baseSize { line.add("base_size", baseSize) }
        if !patches.isEmpty { line.add("patches", patches.flatMap { [Int64($0.sequence), $0.frame, $0.offset] }) }
        if let blocks {
            line.add("block_size", blocks.blockSize)
            line.add("blocks", Data(blocks.tags).base64EncodedString())
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
