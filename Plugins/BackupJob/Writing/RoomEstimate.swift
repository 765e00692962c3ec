import FileTree
import Glibc
import JobKit

/// Says after a full disk how much room a run needs: the content of all sources, at the ratio that was reached until then.
struct RoomEstimate {
    let settings: BackupSettings
    /// What a synthetic point is made of; nil for one that reads the sources.
    let origin: PointRecord?
    let sizes: (content: Int64, compressed: Int64)

    /// The failure, once everything written was given back.
    func failure(in repository: StoreFolder) -> JobFailure {
        let content = contentSize()
        let ratio = sizes.content > 0 && sizes.compressed > 0 ? min(1, Double(sizes.compressed) / Double(sizes.content)) : 1
        let needed = ByteCount(Int64(Double(content) * ratio) + (1 << 20))
        let free = ByteCount(Self.freeBytes(of: repository.held))
        return JobFailure(
            "no space left for the archive in \(repository.path): it needs about \(needed), \(free) are free; all that was written is removed",
            in: "archive",
            fix: "free about \(ByteCount(max(1 << 20, needed.bytes - free.bytes))) more there, or exclude what need not be stored",
            retry: .mayHelp)
    }

    /// A header and, for times in nanoseconds, one more with its content.
    private static let headerSize: Int64 = 1536

    /// Bytes of every file that the sources hold now; what cannot be read counts nothing.
    private func contentSize() -> Int64 {
        if let origin { return origin.bytes + Int64(origin.entries) * Self.headerSize }
        var total: Int64 = 0
        for source in settings.sources {
            guard
                case .success(var walk) = Result(catching: { () throws(FileTreeError) in
                    try TreeWalk(root: PathBytes(source.path), options: WalkOptions())
                })
            else { continue }
            while let event = walk.next() {
                guard case .entry(let entry) = event else { continue }
                total += Self.headerSize + (entry.status.type == .regular ? entry.status.size : 0)
            }
        }
        return total
    }

    /// Bytes that we may still write to a folder's file system.
    static func freeBytes(of folder: HeldDescriptor) -> Int64 {
        var space = statvfs()
        guard fstatvfs(folder.number, &space) == 0 else { return 0 }
        return Int64(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize))
    }
}
