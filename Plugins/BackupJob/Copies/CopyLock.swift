import FileTree
import Glibc

/// Keeps two runs from writing to one copy at once. The repository's own lock is not held meanwhile: a slow line keeps no backup waiting.
struct CopyLock {
    private let file: HeldDescriptor

    /// - Returns: nil while another run has it.
    init?(_ name: String, in repository: Repository) throws(CopyError) {
        let path = "copy-\(name).lock"
        let number = openat(repository.root.held.number, path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            throw CopyError(
                .lasting, "\(FileTreeError.last("open", repository.root.path.appending(PathBytes(path))))",
                fix: "check the disk that holds the repository")
        }
        file = HeldDescriptor(adopting: number)
        guard file.lock(.exclusive) else { return nil }
    }
}
