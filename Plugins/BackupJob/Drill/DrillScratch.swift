import FileTree
import JobKit

/// Finds a place where a drill may restore to.
struct DrillScratch {
    let settings: BackupSettings
    let context: JobContext

    /// The first candidate with enough room, with its path.
    /// - Throws: when there is none: nothing has been written by then.
    func folder(for plan: RestorePlan) throws(BackupError) -> (HeldDescriptor, PathBytes) {
        let needed = StagingFolder.room(for: plan) + (1 << 20)
        var rooms: [String] = []
        for candidate in settings.restoring.scratch.map({ [$0] }) ?? [context.stateDirectory, context.temporaryDirectory] {
            do throws(FileTreeError) {
                let path = try FileTree.resolve(PathBytes(candidate))
                let folder = try HeldDescriptor.folder(at: path)
                if !context.dryRun { StagingFolder.removeLeftOvers(in: folder, context) }
                let free = RoomEstimate.freeBytes(of: folder)
                if free >= needed { return (folder, path) }
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
