import CLinux
import Glibc

/// Where a sparse file holds data; everything between is a hole that reads as zeros.
package enum DataRanges {
    /// A file in more pieces than this is treated as one without holes, so that the map stays small.
    package static let maximumCount = 65_536

    /// The ranges in order, within `size`.
    /// - Returns: nil when the file has no holes, too many pieces, or the file system cannot tell.
    package static func of(_ descriptor: HeldDescriptor, status: FileStatus) -> [Range<Int64>]? {
        // A file that occupies its whole size has no hole worth asking for.
        guard status.size > 0, status.blocks < (status.size + 511) / 512 else { return nil }
        var ranges: [Range<Int64>] = []
        var position: Int64 = 0
        while position < status.size {
            let start = Int64(lseek(descriptor.number, off_t(position), LINUX_SEEK_DATA))
            if start < 0, errno == ENXIO { break }
            guard start >= position else { return nil }
            if start >= status.size { break }
            let end = Int64(lseek(descriptor.number, off_t(start), LINUX_SEEK_HOLE))
            guard end > start, ranges.count < maximumCount else { return nil }
            ranges.append(start..<min(end, status.size))
            position = end
        }
        return ranges == [0..<status.size] ? nil : ranges
    }
}
