import FileTree

/// A folder outside of the repository for content in the clear, removed with this value; of a run that is killed it goes with the run's own.
final class PrivateFolder {
    let folder: StoreFolder
    private let parent: StoreFolder
    private let name: String

    init(in path: String, _ name: String) throws(BackupError) {
        let path = PathBytes(path)
        do throws(FileTreeError) {
            parent = StoreFolder(held: try HeldDescriptor.folder(at: path), path: path)
        } catch {
            throw .repository(error)
        }
        self.name = name
        folder = try parent.madeFolder(name)
    }

    deinit {
        // What cannot be removed here goes with the run's folder.
        _ = Result { () throws(BackupError) in try parent.remove(name) }
    }
}
