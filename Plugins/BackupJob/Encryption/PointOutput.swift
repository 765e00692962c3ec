import AgeFormat
import Archive
import FileTree

/// Where the bytes of an archive or a list end: encrypted if that is wanted, hashed as they lie there, written.
final class PointOutput {
    /// Kept open as long as anybody may still write: threads do that beside the run, also when it ends early.
    private let descriptor: HeldDescriptor
    private let file: HashingOutput
    private let sealed: AgeWriter<ArchiveError>?

    /// - Parameters:
    ///   - descriptor: open for writing.
    ///   - recipients: who is to read it; none for a file in the clear.
    init(_ descriptor: HeldDescriptor, for recipients: [AgeRecipient]) throws(ArchiveError) {
        self.descriptor = descriptor
        let file = HashingOutput(descriptor: descriptor.number)
        self.file = file
        guard !recipients.isEmpty else {
            sealed = nil
            return
        }
        CipherMemory.keep()
        sealed = try AgeWriter(recipients: recipients, failure: { .compression(reason: "\($0)") }) { bytes throws(ArchiveError) in
            try file.write(bytes)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        if let sealed { try sealed.write(bytes) } else { try file.write(bytes) }
    }

    /// Ends the file and makes it survive a loss of power.
    func finish() throws(ArchiveError) {
        try sealed?.finish()
        try file.synchronize()
    }

    /// Bytes of the file.
    var size: Int64 { file.size }

    /// The digest of the file.
    var digest: ContentDigest { file.digest }

    /// What a record says of it.
    func stored(as name: String) -> PointRecord.StoredFile { .init(file: name, size: size, sha256: digest.description) }
}
