import AgeFormat
import Archive
import FileTree

/// The compressed bytes of an archive or a list, decrypted where they are encrypted.
struct StoredSource {
    /// Fills the buffer from an offset of the compressed bytes.
    let read: ZstdReader.Source

    /// Opens a file of a chain.
    init(_ name: String, in folder: StoreFolder) throws(StoreDamage) {
        let file: HeldDescriptor
        do throws(FileTreeError) {
            file = try folder.held.openFile(PathBytes(name))
        } catch {
            throw StoreDamage(path: folder.path.appending(PathBytes(name)), reason: error.reason)
        }
        try self.init(file, name, in: folder)
    }

    /// Reads a file that is open.
    init(_ file: HeldDescriptor, _ name: String, in folder: StoreFolder) throws(StoreDamage) {
        let plain: ZstdReader.Source = { buffer, offset throws(ArchiveError) in
            do throws(FileTreeError) {
                return try file.read(into: buffer, at: offset)
            } catch {
                throw .input(operation: "read", code: error.code)
            }
        }
        guard PointFiles.isEncrypted(name) else {
            read = plain
            return
        }
        let reader = try Self.decrypted(file, name, in: folder, plain)
        read = { buffer, offset throws(ArchiveError) in try reader.read(into: buffer, at: offset) }
    }

    private static func decrypted(
        _ file: HeldDescriptor, _ name: String, in folder: StoreFolder, _ source: @escaping ZstdReader.Source
    ) throws(StoreDamage) -> AgeReader<ArchiveError> {
        let path = folder.path.appending(PathBytes(name))
        guard let keys = folder.keys else { throw LockedFile(name, in: folder).withoutKey }
        CipherMemory.keep()
        let identities = try keys.identities()
        var isForOthers = false
        do throws(ArchiveError) {
            return try AgeReader(
                size: try size(of: file), identities: identities,
                failure: { error in
                    isForOthers = error == .noMatch
                    return error.asArchiveError
                },
                source: source)
        } catch {
            if isForOthers { throw LockedFile(name, in: folder).forOthers(than: identities, from: keys) }
            throw StoreDamage(path: path, reason: "\(error)")
        }
    }

    private static func size(of file: HeldDescriptor) throws(ArchiveError) -> Int64 {
        do throws(FileTreeError) {
            return try file.status().size
        } catch {
            throw .input(operation: "stat", code: error.code)
        }
    }
}

extension AgeError {
    fileprivate var asArchiveError: ArchiveError {
        switch self {
        case .damaged(let offset, let reason): .damaged(offset: offset, reason: reason)
        case .recipient, .identity, .header, .noMatch, .cipher: .damaged(offset: 0, reason: "\(self)")
        }
    }
}
