import Archive
import FileTree
import Glibc

/// A copy in a folder of this machine, which may be mounted from another one.
final class FolderTarget: CopyTarget {
    let place: String
    private let root: StoreFolder
    private let stop: StopFlag
    private var pace: Pace

    /// Opens a folder; it is never made, since a missing one may mean that its disk is not mounted.
    init(_ path: String, rate: Int64?, stop: StopFlag) throws(CopyError) {
        place = path
        self.stop = stop
        pace = Pace(rate: rate, stop: stop)
        do throws(FileTreeError) {
            root = StoreFolder(held: try HeldDescriptor.folder(at: PathBytes(path)), path: PathBytes(path))
        } catch {
            throw CopyError(
                error.code == ENOENT ? .lasting : Self.kind(error.code), "the folder \(path) cannot be used: \(error.reason)",
                fix: "mount the disk that it lies on, or make the folder")
        }
    }

    /// Device and inode, to tell it from the repository itself.
    func identity() throws(CopyError) -> FileIdentity {
        do throws(FileTreeError) {
            return try root.held.status().identity
        } catch {
            throw failure(error)
        }
    }

    func list() throws(CopyError) -> CopyListing {
        var listing = CopyListing()
        for name in try names(in: root) { try add(name, in: root, at: name, &listing) }
        for set in try names(in: root) where set.hasPrefix("set-") {
            for group in try names(in: folder([set])) where PointGroup(rawValue: group) != nil {
                for chain in try names(in: folder([set, group])) where PointPlace.isChain([set, group, chain]) {
                    let folder = try folder([set, group, chain])
                    for name in try names(in: folder) { try add(name, in: folder, at: "\(set)/\(group)/\(chain)/\(name)", &listing) }
                }
            }
        }
        return listing
    }

    private func add(_ name: String, in folder: StoreFolder, at path: String, _ listing: inout CopyListing) throws(CopyError) {
        do throws(FileTreeError) {
            let status = try folder.held.status(of: PathBytes(name))
            if status.type == .regular { listing.add(path, size: status.size) }
        } catch {
            throw failure(error.at(folder.path.appending(PathBytes(name))))
        }
    }

    func put(_ file: CopySource, at path: String) throws(CopyError) {
        let (folder, name) = try place(of: path, make: true)
        let partial = name + CopyListing.unfinishedSuffix
        do throws(CopyError) {
            let descriptor = try open(partial, in: folder)
            let reader = try CopyReader(file, from: try resumed(descriptor, file))
            try write(reader, to: descriptor, folder.path.appending(PathBytes(partial)))
            try reader.check()
            guard try isEqual(descriptor, file) else {
                throw CopyError(.transient, "\(place)/\(path) does not come back as it was written", fix: "check the disk that it lies on")
            }
            try named { () throws(BackupError) in
                try folder.move(partial, to: folder, as: name)
                try folder.synchronize()
            }
        } catch {
            // What is whole so far waits for the next attempt, unless it is wrong, or in others' way.
            if error.kind != .stopped, error.kind != .transient {
                try named { () throws(BackupError) in try folder.remove(partial) }
            }
            throw error
        }
    }

    private func open(_ name: String, in folder: StoreFolder) throws(CopyError) -> HeldDescriptor {
        let number = openat(folder.held.number, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw failure(.last("make", folder.path.appending(PathBytes(name)))) }
        return HeldDescriptor(adopting: number)
    }

    /// Bytes that are there and right; what comes behind them is cut off.
    private func resumed(_ descriptor: HeldDescriptor, _ file: CopySource) throws(CopyError) -> Int64 {
        var offset: Int64 = 0
        while offset < file.size {
            let there = try read(descriptor, at: offset)
            let wanted = there.isEmpty ? [] : try file.bytes(offset..<min(offset + Int64(there.count), file.size))
            guard !there.isEmpty, there == wanted else { break }
            offset += Int64(there.count)
        }
        if try read(descriptor, at: offset).isEmpty { return offset }
        guard ftruncate(descriptor.number, off_t(offset)) == 0 else { throw failure(.last("cut", file.path)) }
        return offset
    }

    private func read(_ descriptor: HeldDescriptor, at offset: Int64) throws(CopyError) -> [UInt8] {
        if stop.isStopped { throw .stopped }
        var bytes = [UInt8](repeating: 0, count: CopySource.pieceSize)
        let count = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(FileTreeError) in try descriptor.read(into: buffer, at: offset) }
        }
        switch count {
        case .success(let count): return Array(bytes.prefix(count))
        case .failure(let error): throw failure(error.at(root.path))
        }
    }

    private func write(_ reader: CopyReader, to descriptor: HeldDescriptor, _ path: PathBytes) throws(CopyError) {
        guard lseek(descriptor.number, 0, SEEK_END) >= 0 else { throw failure(.last("write", path)) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pace.piece, alignment: 4096)
        defer { buffer.deallocate() }
        while let count = reader.read(into: buffer), count > 0 {
            var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            while let start = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor.number, start, rest.count)
                if written < 0, errno != EINTR { throw failure(.last("write", path)) }
                rest = UnsafeRawBufferPointer(rebasing: rest[max(0, written)...])
            }
            try pace.take(count)
        }
        guard fsync(descriptor.number) == 0 else { throw failure(.last("write", path)) }
        // What is read back comes from the disk.
        posix_fadvise(descriptor.number, 0, 0, POSIX_FADV_DONTNEED)
    }

    func verify(_ file: CopySource, at path: String) throws(CopyError) -> Bool {
        let (folder, name) = try place(of: path, make: false)
        let opened = Result { () throws(FileTreeError) in try folder.held.openFile(PathBytes(name)) }
        switch opened {
        case .success(let descriptor): return try isEqual(descriptor, file)
        case .failure(let error): throw failure(error.at(folder.path.appending(PathBytes(name))))
        }
    }

    private func isEqual(_ descriptor: HeldDescriptor, _ file: CopySource) throws(CopyError) -> Bool {
        var hasher = ContentHasher()
        var size: Int64 = 0
        while case let piece = try read(descriptor, at: size), !piece.isEmpty {
            piece.withUnsafeBytes { hasher.update($0) }
            size += Int64(piece.count)
        }
        return size == file.size && hasher.digest.description == file.sha256
    }

    func replace(_ path: String, with content: [UInt8]) throws(CopyError) {
        let (folder, name) = try place(of: path, make: true)
        let partial = name + CopyListing.unfinishedSuffix
        try named { () throws(BackupError) in
            try folder.remove(partial)
            try folder.newFile(partial, content: content)
            try folder.move(partial, to: folder, as: name)
            try folder.synchronize()
        }
    }

    func get(_ path: String, from offset: Int64, take: (UnsafeRawBufferPointer) -> Bool) throws(CopyError) {
        let (folder, name) = try place(of: path, make: false)
        do throws(FileTreeError) {
            let descriptor = try folder.held.openFile(PathBytes(name))
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: CopySource.pieceSize, alignment: 4096)
            defer { buffer.deallocate() }
            var offset = offset
            while true {
                let count = try descriptor.read(into: buffer, at: offset)
                if count == 0 || stop.isStopped || !take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { break }
                offset += Int64(count)
            }
        } catch {
            throw failure(error.at(folder.path.appending(PathBytes(name))))
        }
        if stop.isStopped { throw .stopped }
    }

    func remove(_ path: String) throws(CopyError) {
        do throws(CopyError) {
            let (folder, name) = try place(of: path, make: false)
            try named { () throws(BackupError) in
                try folder.remove(name)
                try folder.synchronize()
            }
        } catch {
            if error.kind != .missing { throw error }
        }
    }

    func removeUnfinished(_ path: String) throws(CopyError) { try remove(path + CopyListing.unfinishedSuffix) }

    func removeEmptyFolder(_ path: String) throws(CopyError) {
        let (folder, name) = try place(of: path, make: false)
        guard unlinkat(folder.held.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST else {
            throw failure(.last("remove", folder.path.appending(PathBytes(name))))
        }
    }

    func setLatest(in group: String, to record: String) throws(CopyError) {
        let folder = try folder(group.split(separator: "/").map(String.init))
        let current = Result { () throws(FileTreeError) in try folder.held.linkTarget(PathBytes("latest")).utf8 }
        if case .success(record) = current { return }
        let partial = "latest" + CopyListing.unfinishedSuffix
        try named { () throws(BackupError) in
            try folder.remove(partial)
            do throws(BackupError) {
                try folder.newLink(partial, to: record)
            } catch {
                // Some file systems know no links; the records say the same.
                guard case .repository(let cause) = error, [EPERM, EOPNOTSUPP, EINVAL].contains(cause.code) else { throw error }
                return
            }
            try folder.move(partial, to: folder, as: "latest")
            try folder.synchronize()
        }
    }

    private func folder(_ names: [String], make: Bool = false) throws(CopyError) -> StoreFolder {
        var folder = root
        for name in names {
            try named { () throws(BackupError) in folder = try make ? folder.madeFolder(name) : folder.folder(name) }
        }
        return folder
    }

    private func place(of path: String, make: Bool) throws(CopyError) -> (folder: StoreFolder, name: String) {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last else { preconditionFailure("the empty path names no file") }
        return (try folder(parts.dropLast(), make: make), name)
    }

    private func names(in folder: StoreFolder) throws(CopyError) -> [String] {
        var names: [String] = []
        try named { () throws(BackupError) in names = try folder.names() }
        return names
    }

    private func named(_ body: () throws(BackupError) -> Void) throws(CopyError) {
        do throws(BackupError) {
            try body()
        } catch {
            guard case .repository(let cause) = error else { throw CopyError(.lasting, "\(error)", fix: "check the disk that holds it") }
            throw failure(cause)
        }
    }

    private func failure(_ error: FileTreeError) -> CopyError {
        let fix =
            switch error.code {
            case ENOSPC, EDQUOT: "free room there, or keep fewer points"
            case EACCES, EPERM, EROFS: "add the folder to ReadWritePaths= of the unit, or give its owner's rights to the job"
            case _: "check the disk that holds it"
            }
        return CopyError(Self.kind(error.code), "\(error)", fix: fix)
    }

    private static func kind(_ code: Int32) -> CopyError.Kind {
        switch code {
        case ENOENT: .missing
        case EIO, ESTALE, ETIMEDOUT, ENOTCONN, EHOSTDOWN, EHOSTUNREACH, EAGAIN, EINTR: .transient
        case _: .lasting
        }
    }
}
