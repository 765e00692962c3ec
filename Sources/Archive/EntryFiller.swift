import CArchive
import Glibc

/// Puts a member's fields into libarchive's entry, by its byte accessors only.
struct EntryFiller {
    let entry: OpaquePointer

    func fill(from member: ArchiveMember) {
        withText(member.path) { archive_entry_set_pathname(entry, $0) }
        archive_entry_set_perm(entry, mode_t(member.permissions))
        archive_entry_set_uid(entry, Int64(member.owner))
        archive_entry_set_gid(entry, Int64(member.group))
        if !member.ownerName.isEmpty { archive_entry_set_uname(entry, member.ownerName) }
        if !member.groupName.isEmpty { archive_entry_set_gname(entry, member.groupName) }
        setTime(member.modified)
        fill(member.kind, holdsHoles: Self.mayHaveHoles(member.path))
        for attribute in member.attributes { add(attribute.name, attribute.value) }
        for rule in member.accessRules { add(rule) }
    }

    /// libarchive writes both numbers with a point between, which for -2 s + 0.25 s would read as -2.25 s. Pax and GNU tar mean -1.75.
    ///
    /// The last second before 1970 cannot be written so: ``LastSecond`` mends what is written here.
    private func setTime(_ time: (seconds: Int64, nanoseconds: UInt32)) {
        guard time.seconds < 0, time.nanoseconds > 0 else {
            return archive_entry_set_mtime(entry, time_t(time.seconds), Int(time.nanoseconds))
        }
        let whole = LastSecond.holds(time) ? time.seconds : time.seconds + 1
        archive_entry_set_mtime(entry, time_t(whole), 1_000_000_000 - Int(time.nanoseconds))
    }

    /// libarchive (3.6) cuts the name of a file with holes when it is not UTF-8 and does not fit into a header of 1988: such a file is stored
    /// without its map, its holes as zeros.
    private static func mayHaveHoles(_ path: [UInt8]) -> Bool {
        path.count < 100 || String(validating: path, as: UTF8.self) != nil
    }

    private func fill(_ kind: ArchiveMember.Kind, holdsHoles: Bool) {
        archive_entry_set_size(entry, 0)
        switch kind {
        case .regular(let size, let data):
            archive_entry_set_filetype(entry, FileTypeBits.regular)
            archive_entry_set_size(entry, size)
            if let data, holdsHoles { addSparseMap(data, size: size) }
        case .folder: archive_entry_set_filetype(entry, FileTypeBits.folder)
        case .symbolicLink(let target):
            archive_entry_set_filetype(entry, FileTypeBits.link)
            withText(target) { archive_entry_set_symlink(entry, $0) }
        case .hardLink(let first):
            archive_entry_set_filetype(entry, FileTypeBits.regular)
            withText(first) { archive_entry_set_hardlink(entry, $0) }
        case .fifo: archive_entry_set_filetype(entry, FileTypeBits.fifo)
        case .characterDevice(let major, let minor): fillDevice(FileTypeBits.characterDevice, major, minor)
        case .blockDevice(let major, let minor): fillDevice(FileTypeBits.blockDevice, major, minor)
        }
    }

    private func fillDevice(_ type: UInt32, _ major: UInt32, _ minor: UInt32) {
        archive_entry_set_filetype(entry, type)
        archive_entry_set_rdevmajor(entry, dev_t(major))
        archive_entry_set_rdevminor(entry, dev_t(minor))
    }

    private func addSparseMap(_ data: [Range<Int64>], size: Int64) {
        for range in data {
            archive_entry_sparse_add_entry(entry, range.lowerBound, Int64(range.count))
        }
        // A file that is all hole: one piece without bytes at its end says so.
        if data.isEmpty { archive_entry_sparse_add_entry(entry, size, 0) }
    }

    private func add(_ name: [UInt8], _ value: [UInt8]) {
        withText(name) { text in
            value.withUnsafeBytes { archive_entry_xattr_add_entry(entry, text, $0.baseAddress, $0.count) }
        }
    }

    private func add(_ rule: ArchiveMember.AccessRule) {
        let type = rule.isDefault ? ARCHIVE_ENTRY_ACL_TYPE_DEFAULT : ARCHIVE_ENTRY_ACL_TYPE_ACCESS
        let (tag, id): (Int32, Int32) =
            switch rule.subject {
            case .owner: (ARCHIVE_ENTRY_ACL_USER_OBJ, -1)
            case .user(let id): (ARCHIVE_ENTRY_ACL_USER, Int32(bitPattern: id))
            case .owningGroup: (ARCHIVE_ENTRY_ACL_GROUP_OBJ, -1)
            case .group(let id): (ARCHIVE_ENTRY_ACL_GROUP, Int32(bitPattern: id))
            case .mask: (ARCHIVE_ENTRY_ACL_MASK, -1)
            case .others: (ARCHIVE_ENTRY_ACL_OTHER, -1)
            }
        archive_entry_acl_add_entry(entry, type, Int32(rule.permissions), tag, id, nil)
    }

    private func withText(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Void) {
        var text = bytes.map { CChar(bitPattern: $0) }
        text.append(0)
        text.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { body(start) }
        }
    }
}

/// The type's part of a mode (`S_IFMT`).
private enum FileTypeBits {
    static let regular: UInt32 = 0o100000
    static let folder: UInt32 = 0o040000
    static let link: UInt32 = 0o120000
    static let fifo: UInt32 = 0o010000
    static let characterDevice: UInt32 = 0o020000
    static let blockDevice: UInt32 = 0o060000
}
