import Archive
import FileTree

/// What an increment's parent had and the tree has no longer, for restoring with stock tools: each path with `./` in front and a zero
/// byte behind it. What lies below a path of the list is not listed.
final class RemovedList {
    private static let name = "removed.nul"
    private let staging: StoreFolder
    private let file: HeldDescriptor
    private let output: HashingOutput
    private var last: PathBytes?

    init(in staging: StoreFolder) throws(BackupError) {
        self.staging = staging
        file = try staging.newFile(Self.name)
        output = HashingOutput(descriptor: file.number)
    }

    /// Bytes of the list.
    var size: Int64 { output.size }

    /// Whether the last path of the list is this one, or a folder that holds it.
    func covers(_ path: PathBytes) -> Bool {
        guard let last else { return false }
        return path == last || path.isBelow(last)
    }

    /// Adds a path; they come in the order of a walk.
    /// - Returns: false when the list covers it.
    func add(_ path: PathBytes) throws(BackupError) -> Bool {
        if covers(path) { return false }
        last = path
        let line = Array("./".utf8) + path.bytes + [0]
        let written = line.withUnsafeBytes { bytes in Result { () throws(ArchiveError) in try output.write(bytes) } }
        if case .failure(let error) = written { throw .archive(error) }
        return true
    }

    /// The list, to be read.
    func opened() throws(BackupError) -> HeldDescriptor {
        do throws(FileTreeError) {
            return try staging.held.openFile(PathBytes(Self.name))
        } catch {
            throw .repository(error.at(staging.path.appending(PathBytes(Self.name))))
        }
    }
}
