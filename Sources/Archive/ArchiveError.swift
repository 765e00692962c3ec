/// Why an archive could not be written or read.
package enum ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The output refused bytes; the number is `errno`'s.
    case output(operation: String, code: Int32)
    /// libarchive refused an entry or its content.
    case format(path: String, reason: String)
    /// libzstd refused a setting or a frame.
    case compression(reason: String)
    /// The input could not be read; the number is `errno`'s.
    case input(operation: String, code: Int32)
    /// Bytes that are no whole frame, or whose checksum does not fit; the offset is the number of good compressed bytes before, about.
    case damaged(offset: Int64, reason: String)
    /// A library could not get memory.
    case outOfMemory

    /// One line without an end.
    package var description: String {
        switch self {
        case .output(let operation, let code): "cannot \(operation): \(ErrnoText.of(code))"
        case .format(let path, let reason): "cannot write the entry \(path): \(reason)"
        case .compression(let reason): "cannot compress: \(reason)"
        case .input(let operation, let code): "cannot \(operation): \(ErrnoText.of(code))"
        case .damaged(let offset, let reason): "damaged at byte \(offset): \(reason)"
        case .outOfMemory: "there is not enough memory for the archive"
        }
    }
}
