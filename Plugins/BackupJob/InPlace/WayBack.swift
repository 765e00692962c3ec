import FileTree

/// What the way back of a killed restore does about one tree.
struct WayBack {
    /// Where the old tree is, or is going to be.
    let path: PathBytes
    /// Where the new tree stays when it was in place: whatever was written to it since is there.
    let keptAs: PathBytes?
    /// Where the new tree lies when it never was in place, and goes.
    private let removed: PathBytes?
    /// The names beside the destination that this is about, whole.
    private let names: [PathBytes]

    init(_ swap: Swap, in workspace: PathBytes) throws(BackupError) {
        path = swap.path
        names = [swap.kept, swap.back].flatMap { name in ([""] + swap.companions).map { workspace.appending(name.with($0)) } }
        do throws(FileTreeError) {
            let wasInPlace = try swap.isDone
            let isBack = try swap.isBack
            keptAs = wasInPlace || isBack ? workspace.appending(swap.back) : nil
            removed = try swap.isUnused ? workspace.appending(swap.kept) : nil
        } catch {
            throw .destination(error.at(swap.path))
        }
    }

    /// Whether a name beside the destination is of this tree or of the one that comes back: no purge removes it before somebody has looked.
    func concerns(_ name: PathBytes) -> Bool { names.contains(name) }

    /// For the plan of a purge and its output; nil for a tree that there is nothing to do about.
    func line(isPlanned: Bool) -> String? {
        if let keptAs {
            return isPlanned
                ? "would take back \(path), and keep what is there now as \(keptAs)"
                : "took back \(path), and kept what was there as \(keptAs)"
        }
        return removed.map { "\(isPlanned ? "would remove" : "removed") \($0), which was never in place" }
    }
}
