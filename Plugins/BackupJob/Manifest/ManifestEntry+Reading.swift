import Archive
import FileTree
import FoundationEssentials

extension ManifestEntry {
    /// What a line says so far.
    fileprivate struct Draft {
        var path: PathBytes?
        var type: EntryType?
        var mode: UInt32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
        var size: Int64 = 0
        var modified = FileTime(seconds: 0, nanoseconds: 0)
        var changed = FileTime(seconds: 0, nanoseconds: 0)
        var device: UInt64 = 0
        var inode: UInt64 = 0
        var links: UInt32 = 1
        var code: Int32 = 0
        var word = ""
        var blockSize = 0
        var blockTags: [UInt8]?

        var status: FileStatus? {
            type.map {
                FileStatus(
                    type: $0, permissions: mode, owner: user, group: group, size: size, modified: modified, changed: changed,
                    identity: FileIdentity(device: device, inode: inode), linkCount: links)
            }
        }
    }

    /// Reads a line of an entry.
    init(reading line: UnsafeRawBufferPointer) throws(JSONScanner.Damage) {
        var scanner = JSONScanner(line)
        var draft = Draft()
        var others = ManifestEntry(path: PathBytes(""), status: nil)
        while let key = try scanner.nextKey() {
            if try !draft.take(key, from: &scanner), try !others.take(key, from: &scanner) { try scanner.skip() }
        }
        guard let path = draft.path, path.isPlain else { throw JSONScanner.Damage(reason: "no path, or one that leads elsewhere") }
        guard others.firstName?.isPlain ?? true else { throw JSONScanner.Damage(reason: "a name of something elsewhere") }
        self.init(path: path, status: draft.status)
        (owner, group, target, firstName) = (others.owner, others.group, others.target, others.firstName)
        (metadata, content, storedSize, isDatabase) = (others.metadata, others.content, others.storedSize, others.isDatabase)
        (location, hadLog) = (others.location, others.hadLog)
        (baseSize, patches) = (others.baseSize, others.patches)
        state = try draft.state
        guard patches.isEmpty || baseSize != nil else { throw JSONScanner.Damage(reason: "patches over nothing") }
        guard patches.count <= PatchMembers.maximumCount else { throw JSONScanner.Damage(reason: "more patches than a file has") }
        if let tags = draft.blockTags {
            blocks = BlockDigests(blockSize: draft.blockSize, tags: tags, of: draft.size)
            guard blocks != nil else { throw JSONScanner.Damage(reason: "blocks that are not those of its size") }
        }
    }

    /// Takes what does not belong to the status.
    /// - Returns: false for a key of something else.
    private mutating func take(_ key: String, from scanner: inout JSONScanner) throws(JSONScanner.Damage) -> Bool {
        switch key {
        case "user": owner = String(decoding: try scanner.text(), as: UTF8.self)
        case "group": group = String(decoding: try scanner.text(), as: UTF8.self)
        case "target": target = PathBytes(try scanner.text())
        case "target_base64": target = try scanner.base64()
        case "link_to": firstName = PathBytes(try scanner.text())
        case "link_to_base64": firstName = try scanner.base64()
        case "attributes_sha256": metadata = try scanner.digest()
        case "sha256": content = try scanner.digest()
        case "stored_size": storedSize = try scanner.count()
        case "base_size": baseSize = try scanner.count()
        case "patches": patches = try scanner.locations()
        case "sqlite_snapshot": isDatabase = try scanner.flag()
        case "sqlite_log": hadLog = try scanner.flag()
        case "sequence": location = Location(sequence: Int(try scanner.count(below: 10_000)), frame: 0, offset: 0)
        case "frame": location?.frame = try scanner.count()
        case "offset": location?.offset = try scanner.count()
        default: return false
        }
        return true
    }
}

extension ManifestEntry.Draft {
    /// - Returns: false for a key of something else.
    fileprivate mutating func take(_ key: String, from scanner: inout JSONScanner) throws(JSONScanner.Damage) -> Bool {
        switch key {
        case "path": path = PathBytes(try scanner.text())
        case "path_base64": path = try scanner.base64()
        case "type":
            let word = String(decoding: try scanner.text(), as: UTF8.self)
            guard let known = EntryType(rawValue: word) else { throw JSONScanner.Damage(reason: "the type \(word) is not known") }
            type = known
        case "mode":
            let text = String(decoding: try scanner.text(), as: UTF8.self)
            guard let number = UInt32(text, radix: 8), number <= 0o7777 else { throw JSONScanner.Damage(reason: "\(text) is no mode") }
            mode = number
        case "uid": user = try scanner.integer()
        case "gid": group = try scanner.integer()
        case "size": size = try scanner.count()
        case "mtime": modified = try scanner.time()
        case "ctime": changed = try scanner.time()
        case "device": device = try scanner.integer()
        case "inode": inode = try scanner.integer()
        case "links": links = try scanner.integer()
        case "block_size": blockSize = Int(try scanner.count())
        case "blocks": blockTags = try scanner.base64Bytes()
        case "errno": code = try scanner.integer()
        case "state": word = String(decoding: try scanner.text(), as: UTF8.self)
        default: return false
        }
        return true
    }

    fileprivate var state: ManifestEntry.State {
        get throws(JSONScanner.Damage) {
            switch word {
            case "stored": .stored
            case "unchanged": .unchanged
            case "changed": .changed
            case "raw": .raw
            case "incomplete": .incomplete
            case "unreadable": .unreadable(code)
            default: throw JSONScanner.Damage(reason: "the state \(word) is not known")
            }
        }
    }
}

extension PathBytes {
    /// Whether the path leads to something below where it begins, by names alone.
    fileprivate var isPlain: Bool {
        bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { name in
            !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
        }
    }
}

extension JSONScanner {
    /// A number of bytes, or of other things that there are not without end.
    fileprivate mutating func count(below bound: Int64 = 1 << 60) throws(Damage) -> Int64 {
        let number: Int64 = try integer()
        guard number >= 0, number < bound else { throw Damage(reason: "\(number) is out of range") }
        return number
    }

    fileprivate mutating func locations() throws(Damage) -> [ManifestEntry.Location] {
        let numbers = try integers()
        guard numbers.count % 3 == 0, numbers.allSatisfy({ (0..<1 << 60).contains($0) }) else {
            throw Damage(reason: "places of patches that are none")
        }
        return stride(from: 0, to: numbers.count, by: 3).map { index in
            .init(sequence: Int(min(numbers[index], 9_999)), frame: numbers[index + 1], offset: numbers[index + 2])
        }
    }

    fileprivate mutating func base64() throws(Damage) -> PathBytes { PathBytes(try base64Bytes()) }

    fileprivate mutating func base64Bytes() throws(Damage) -> [UInt8] {
        guard let bytes = Data(base64Encoded: String(decoding: try text(), as: UTF8.self)) else { throw Damage(reason: "no base64") }
        return Array(bytes)
    }

    fileprivate mutating func digest() throws(Damage) -> ContentDigest {
        let text = try text()
        guard let digest = ContentDigest(hexadecimal: text) else { throw Damage(reason: "no SHA-256") }
        return digest
    }
}
