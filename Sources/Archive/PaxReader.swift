import CArchive
import Glibc

/// Reads the members of a tar archive, from the header of any member on. Nothing but tar is understood.
///
/// Not for use from two threads. Names and link targets are left to the caller's own list: libarchive may respell them.
package final class PaxReader {
    /// Fills the buffer; fewer bytes than there is room for only at the end.
    package typealias Source = (UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int

    private static let bufferSize = 256 << 10

    private let archive: OpaquePointer
    private let source: Source
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
    private let textLocale: locale_t?
    private var entry: OpaquePointer?
    private var failure: ArchiveError?

    /// - Parameter source: gives the archive's bytes in order.
    package init(source: @escaping Source) throws(ArchiveError) {
        guard let archive = archive_read_new() else { throw .outOfMemory }
        self.archive = archive
        self.source = source
        textLocale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
        archive_read_support_filter_none(archive)
        archive_read_support_format_tar(archive)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let opened = archive_read_open(
            archive, context, nil,
            { _, context, place in
                guard let context, let place else { return -1 }
                return Unmanaged<PaxReader>.fromOpaque(context).takeUnretainedValue().give(to: place)
            }, nil)
        guard opened == ARCHIVE_OK else { throw lastError() }
    }

    deinit {
        archive_read_free(archive)
        buffer.deallocate()
        if let textLocale { freelocale(textLocale) }
    }

    /// Goes on to the next member; content that was not read is passed over.
    /// - Returns: where its first header begins, in bytes of the source; nil at the end.
    package func next() throws(ArchiveError) -> Int64? {
        let previous = textLocale.map { uselocale($0) }
        defer { if let previous { uselocale(previous) } }
        let result = archive_read_next_header(archive, &entry)
        if result == ARCHIVE_EOF { return nil }
        // A warning (a name that is not UTF-8) does not lose anything: names are not taken from here.
        guard result >= ARCHIVE_WARN else { throw lastError() }
        return archive_read_header_position(archive)
    }

    /// The size of the open member's content.
    package var size: Int64 { archive_entry_size(entry) }

    /// The numbers of the open member, a device.
    package var device: (major: UInt32, minor: UInt32) {
        (UInt32(truncatingIfNeeded: archive_entry_rdevmajor(entry)), UInt32(truncatingIfNeeded: archive_entry_rdevminor(entry)))
    }

    /// Extended attributes of the open member.
    package var attributes: [(name: [UInt8], value: [UInt8])] {
        var found: [(name: [UInt8], value: [UInt8])] = []
        archive_entry_xattr_reset(entry)
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK {
            guard let name else { continue }
            let bytes = UnsafeRawBufferPointer(start: value, count: size)
            found.append((Array(UnsafeRawBufferPointer(start: name, count: strlen(name))), Array(bytes)))
        }
        return found
    }

    /// Where the open member's content is not a hole, in order; nil when it has no holes.
    package var dataRanges: [Range<Int64>]? {
        guard archive_entry_sparse_reset(entry) > 0 else { return nil }
        var found: [Range<Int64>] = []
        var (offset, length): (Int64, Int64) = (0, 0)
        while archive_entry_sparse_next(entry, &offset, &length) == ARCHIVE_OK {
            if offset >= 0, length > 0, length <= .max - offset { found.append(offset..<offset + length) }
        }
        return found
    }

    /// Access control lists of the open member.
    package var accessRules: [ArchiveMember.AccessRule] {
        let both = ARCHIVE_ENTRY_ACL_TYPE_ACCESS | ARCHIVE_ENTRY_ACL_TYPE_DEFAULT
        guard archive_entry_acl_reset(entry, both) > 0 else { return [] }
        var rules: [ArchiveMember.AccessRule] = []
        var (type, permissions, tag, id): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        var name: UnsafePointer<CChar>?
        while archive_entry_acl_next(entry, both, &type, &permissions, &tag, &id, &name) == ARCHIVE_OK {
            guard let subject = Self.subject(tag, UInt32(bitPattern: id)) else { continue }
            rules.append(.init(subject: subject, permissions: UInt8(permissions & 7), isDefault: type == ARCHIVE_ENTRY_ACL_TYPE_DEFAULT))
        }
        return rules
    }

    private static func subject(_ tag: Int32, _ id: UInt32) -> ArchiveMember.AccessRule.Subject? {
        switch tag {
        case ARCHIVE_ENTRY_ACL_USER_OBJ: .owner
        case ARCHIVE_ENTRY_ACL_USER: .user(id)
        case ARCHIVE_ENTRY_ACL_GROUP_OBJ: .owningGroup
        case ARCHIVE_ENTRY_ACL_GROUP: .group(id)
        case ARCHIVE_ENTRY_ACL_MASK: .mask
        case ARCHIVE_ENTRY_ACL_OTHER: .others
        default: nil
        }
    }

    /// Hands out the open member's content piece by piece; what lies between the pieces is a hole.
    /// - Parameter limit: pieces from here on are not read.
    package func readContent<Failure: Error>(
        upTo limit: Int64 = .max, _ take: (_ offset: Int64, _ bytes: UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws -> Void {
        while true {
            var start: UnsafeRawPointer?
            var count = 0
            var offset: Int64 = 0
            let result = archive_read_data_block(archive, &start, &count, &offset)
            if result == ARCHIVE_EOF { return }
            guard result >= ARCHIVE_WARN else { throw lastError() }
            if offset >= limit { return }
            if count > 0 { try take(offset, UnsafeRawBufferPointer(start: start, count: count)) }
        }
    }

    /// Reads on in the open member's content, holes as zeros.
    /// - Returns: fewer bytes than there is room for only at its end.
    package func read(into room: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        var done = 0
        while done < room.count {
            let count = archive_read_data(archive, room.baseAddress?.advanced(by: done), room.count - done)
            guard count >= 0 else { throw lastError() }
            if count == 0 { break }
            done += count
        }
        return done
    }

    private func give(to place: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        guard failure == nil else { return -1 }
        do throws(ArchiveError) {
            place.pointee = UnsafeRawPointer(buffer.baseAddress)
            return try source(buffer)
        } catch {
            failure = error
            return -1
        }
    }

    private func lastError() -> ArchiveError {
        if let failure { return failure }
        let reason = archive_error_string(archive).map { String(cString: $0) } ?? "libarchive gives no reason"
        return .damaged(offset: archive_read_header_position(archive), reason: reason)
    }
}
