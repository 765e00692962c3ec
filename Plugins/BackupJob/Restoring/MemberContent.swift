import Archive
import FileTree

/// All content of a member of an archive: pieces with bytes and pieces that are holes, in order and without gaps.
struct MemberContent {
    private static let zeros = [UInt8](repeating: 0, count: 1 << 20)

    let reader: PaxReader
    /// Bytes that the manifest says the content has.
    let size: Int64
    /// For errors.
    let path: PathBytes

    /// Hands out exactly ``size`` bytes, or all pieces that begin in front of a limit.
    /// - Parameter take: takes a piece, with its place in the file; zeros for a hole, which need not be written.
    /// - Throws: also where the archive has more or fewer bytes.
    func read(
        upTo limit: Int64 = .max, _ take: (_ offset: Int64, _ bytes: UnsafeRawBufferPointer, _ isHole: Bool) throws(BackupError) -> Void
    ) throws(BackupError) {
        // Asked first: a hole of any size takes no room in an archive, and would be read for hours.
        try checkSize()
        var position: Int64 = 0
        let result = Result {
            try reader.readContent(upTo: limit) { (offset, bytes) throws(BackupError) in
                guard offset >= position, offset <= size, Int64(bytes.count) <= size - offset else {
                    throw damage("it is longer than the manifest says")
                }
                try Self.passHole(position..<offset, take)
                try take(offset, bytes, false)
                position = offset + Int64(bytes.count)
            }
        }
        switch result {
        case .success: try Self.passHole(position..<max(position, min(size, limit)), take)
        case .failure(let error as BackupError): throw error
        case .failure(let error): throw damage("\(error), after \(position) bytes of it")
        }
    }

    /// Compares what the archive says of its size with the manifest.
    func checkSize() throws(BackupError) {
        guard reader.size == size else { throw damage("it is \(reader.size > size ? "longer" : "shorter") than the manifest says") }
    }

    private static func passHole(
        _ range: Range<Int64>, _ take: (Int64, UnsafeRawBufferPointer, Bool) throws(BackupError) -> Void
    ) throws(BackupError) {
        var position = range.lowerBound
        while position < range.upperBound {
            let count = Int(min(Int64(zeros.count), range.upperBound - position))
            let passed = zeros.withUnsafeBytes { bytes in
                Result { () throws(BackupError) in try take(position, UnsafeRawBufferPointer(rebasing: bytes[..<count]), true) }
            }
            try passed.get()
            position += Int64(count)
        }
    }

    private func damage(_ reason: String) -> BackupError { .damaged(StoreDamage(path: path, reason: reason)) }
}
