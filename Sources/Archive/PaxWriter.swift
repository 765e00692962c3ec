import CArchive
import Glibc

/// Writes a pax archive through libarchive into a sink, without blocking factor and padding, every name as its bytes.
///
/// Not for use from two threads. After the first error every later call fails with it, and nothing more reaches the sink: libarchive
/// calls it three more times while it closes.
package final class PaxWriter {
    /// Takes all of the bytes, or throws.
    package typealias Sink = (UnsafeRawBufferPointer) throws(ArchiveError) -> Void

    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let sink: Sink
    private let textLocale: locale_t?
    private var failure: ArchiveError?
    /// Content bytes that the open entry still lacks.
    private var missing: Int64 = 0
    private var path: [UInt8] = []
    /// A header that is to be mended before it goes to the sink.
    private var held: [UInt8]?

    /// Starts an archive; the sink receives its bytes in order.
    package init(sink: @escaping Sink) throws(ArchiveError) {
        guard let archive = archive_write_new() else { throw .outOfMemory }
        guard let entry = archive_entry_new() else {
            archive_write_free(archive)
            throw .outOfMemory
        }
        self.archive = archive
        self.entry = entry
        self.sink = sink
        // In the locale C every name beyond ASCII gets a header that GNU tar complains of. Without this locale it only complains.
        textLocale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
        archive_write_set_format_pax(archive)
        // Without this an attribute is written twice, for libarchive's own reader and for star's.
        try check(archive_write_set_format_option(archive, "pax", "xattrheader", "SCHILY"))
        archive_write_set_bytes_per_block(archive, 0)
        archive_write_set_bytes_in_last_block(archive, 1)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let opened = archive_write_open2(
            archive, context, nil,
            { _, context, buffer, count in
                guard let context else { return -1 }
                return Unmanaged<PaxWriter>.fromOpaque(context).takeUnretainedValue().pass(
                    UnsafeRawBufferPointer(start: buffer, count: count))
            }, nil, nil)
        try check(opened)
    }

    deinit {
        // Frees without finishing: an archive that was not finished is not to look complete.
        if failure == nil { failure = .format(path: "", reason: "the archive was given up") }
        archive_entry_free(entry)
        archive_write_fail(archive)
        archive_write_free(archive)
        if let textLocale { freelocale(textLocale) }
    }

    /// Writes the entry's header; of a regular file, `write` must follow until its size is reached.
    package func begin(_ member: ArchiveMember) throws(ArchiveError) {
        if let failure { throw failure }
        precondition(missing == 0, "\(missing) bytes of \(display(path)) were not written")
        path = member.path
        archive_entry_clear(entry)
        if case .regular(let size, _) = member.kind { missing = size }
        // Of this thread and for this call only; a name that is not UTF-8 is still stored as its bytes.
        let previous = textLocale.map { uselocale($0) }
        defer { if let previous { uselocale(previous) } }
        EntryFiller(entry: entry).fill(from: member)
        held = LastSecond.holds(member.modified) ? [] : nil
        let result = archive_write_header(archive, entry)
        if var header = held {
            held = nil
            LastSecond.mend(&header)
            header.withUnsafeBytes { bytes in _ = pass(bytes) }
        }
        try check(result)
    }

    /// Writes the next bytes of the entry's content; those of holes too, as zeros, which take no room in the archive.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        if let failure { throw failure }
        precondition(Int64(bytes.count) <= missing, "\(bytes.count) bytes are more than \(display(path)) lacks")
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = archive_write_data(archive, rest.baseAddress, rest.count)
            guard count > 0 else { throw lastError() }
            done += count
        }
        missing -= Int64(bytes.count)
    }

    /// Ends the entry whose content is complete.
    package func endMember() throws(ArchiveError) {
        if let failure { throw failure }
        precondition(missing == 0, "\(missing) bytes of \(display(path)) were not written")
        try check(archive_write_finish_entry(archive))
    }

    /// Writes the end of the archive.
    package func finish() throws(ArchiveError) {
        if let failure { throw failure }
        try check(archive_write_close(archive))
        failure = .format(path: "", reason: "the archive is finished")
    }

    private func check(_ result: Int32) throws(ArchiveError) {
        if let failure { throw failure }
        // A warning (a name that is not UTF-8) does not lose anything: names are stored as bytes.
        guard result >= ARCHIVE_WARN else { throw lastError() }
    }

    private func lastError() -> ArchiveError {
        if let failure { return failure }
        let reason = archive_error_string(archive).map { String(cString: $0) } ?? "libarchive gives no reason"
        let error = ArchiveError.format(path: display(path), reason: reason)
        failure = error
        return error
    }

    private func display(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private func pass(_ bytes: UnsafeRawBufferPointer) -> Int {
        if failure != nil { return -1 }
        if held != nil {
            held?.append(contentsOf: bytes)
            return bytes.count
        }
        do throws(ArchiveError) {
            try sink(bytes)
            return bytes.count
        } catch {
            failure = error
            return -1
        }
    }
}
