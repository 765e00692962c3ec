import FileTree
import Glibc
import JobKit

/// Where a source of the job lies: links of its path are followed once, as a backup does.
struct SourcePlace {
    let source: BackupSettings.Source
    /// What holds it.
    let parent: HeldDescriptor
    let parentPath: PathBytes
    /// Its name there.
    let name: PathBytes
    /// Nil when it is not there.
    let status: FileStatus?

    /// Its whole path, without links.
    var path: PathBytes { parentPath.appending(name) }

    init(_ source: BackupSettings.Source) throws(BackupError) {
        self.source = source
        do throws(FileTreeError) {
            (parentPath, name) = try Self.place(of: PathBytes(source.path))
            parent = try HeldDescriptor.folder(at: parentPath)
            status = try parent.statusIfThere(of: name)
        } catch {
            guard error.code == ENOENT else { throw .destination(error.at(PathBytes(source.path))) }
            throw .refused(
                JobFailure(
                    "the folder that is to hold \(source.path) does not exist", in: "restore",
                    fix: "make it, or mount the disk that it lies on; or restore to another place with --to", retry: .mayHelp))
        }
        guard !name.isEmpty, name.bytes != Array(".".utf8), name.bytes != Array("..".utf8) else {
            throw .refused(
                JobFailure(
                    "\(source.path) cannot be replaced as a whole", in: "restore",
                    fix: "name parts of it with --path, or restore with --to",
                    retry: .cannotHelp))
        }
        guard path.utf8 != nil else {
            throw .refused(
                JobFailure(
                    "\(path) is not UTF-8, and cannot be restored in place", in: "restore", fix: "restore with --to, and move it over",
                    retry: .cannotHelp))
        }
    }

    private static func place(of path: PathBytes) throws(FileTreeError) -> (PathBytes, PathBytes) {
        let names = path.components
        let above = PathBytes("/").appending(PathBytes(names.dropLast().map(\.bytes).joined(separator: [UInt8(ascii: "/")])))
        let last = names.last ?? PathBytes("")
        let resolved: PathBytes
        do throws(FileTreeError) {
            resolved = try FileTree.resolve(path)
        } catch {
            guard error.code == ENOENT else { throw error }
            return (try FileTree.resolve(above), last)
        }
        guard let name = resolved.components.last else { return (PathBytes("/"), PathBytes("")) }
        let parent = resolved.droppingLast(name.bytes.count)
        return (parent.bytes.count > 1 ? parent.droppingLast(1) : parent, name)
    }
}

extension HeldDescriptor {
    /// What a name in this folder stands for; nil when there is none.
    func statusIfThere(of name: PathBytes) throws(FileTreeError) -> FileStatus? {
        do throws(FileTreeError) {
            return try status(of: name)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }
}
