import FileTree

/// The names that restores give to what they make beside their destinations: no backup stores them.
enum OwnNames {
    private static let common = Array(".acore-re".utf8)

    static func hold(_ name: PathBytes) -> Bool {
        // Asked of each entry of a backup.
        guard name.bytes.starts(with: common) else { return false }
        return name == WorkspaceLock.name || ReplacedName.isOne(name) || SwapJournal.isOne(name) || StagingFolder.isOne(name)
    }
}
