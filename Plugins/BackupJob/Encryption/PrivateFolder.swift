import FileTree

/// A folder outside of the repository for content in the clear, made when it is needed and removed with this value; of a run that is
/// killed it goes with the run's own.
final class PrivateFolder {
    /// Nil until it is made.
    private(set) var folder: StoreFolder?
    private let path: PathBytes
    private let name: String

    /// - Parameter path: the folder that it is made in.
    init(in path: String, _ name: String) {
        self.path = PathBytes(path)
        self.name = name
    }

    deinit {
        guard folder != nil else { return }
        // What cannot be removed here goes with the run's folder.
        _ = Result { () throws(BackupError) in try parent().remove(name) }
    }

    func make() throws(BackupError) {
        if folder == nil { folder = try parent().madeFolder(name) }
    }

    private func parent() throws(BackupError) -> StoreFolder {
        do throws(FileTreeError) {
            return StoreFolder(held: try HeldDescriptor.folder(at: path), path: path)
        } catch {
            throw .repository(error)
        }
    }
}
