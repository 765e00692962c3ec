import FileTree
import JobKit

/// Finds a place where a drill may restore to.
struct DrillScratch {
    let settings: BackupSettings
    let context: JobContext

    /// A place with enough room.
    struct Found {
        let folder: HeldDescriptor
        let path: PathBytes
        /// Why something of earlier drills stays there.
        let left: [FileTreeError]
    }

    /// The first candidate with enough room.
    /// - Throws: when there is none: nothing has been written by then.
    func find(for plan: RestorePlan) throws(BackupError) -> Found {
        let needed = StagingFolder.room(for: plan) + (1 << 20)
        var rooms: [String] = []
        for candidate in settings.restoring.scratch.map({ [$0] }) ?? [context.stateDirectory, context.temporaryDirectory] {
            do throws(FileTreeError) {
                let path = try FileTree.resolve(PathBytes(candidate))
                let folder = try HeldDescriptor.folder(at: path)
                let left = context.dryRun ? [] : StagingFolder.removeLeftOvers(in: folder, context)
                let free = RoomEstimate.freeBytes(of: folder)
                if free >= needed { return Found(folder: folder, path: path, left: left) }
                rooms.append("\(candidate) has \(ByteCount(free))")
            } catch {
                rooms.append("\(error.at(PathBytes(candidate)))")
            }
        }
        throw .refused(
            JobFailure(
                "no room for a drill: the point needs about \(ByteCount(needed)), and \(rooms.joined(separator: "; "))", in: "drill",
                fix: "name a folder on a larger disk with scratch:, or free room there", retry: .mayHelp))
    }
}
