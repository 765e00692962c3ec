import FileTree
import Glibc
import JobKit

/// Something that is replaced in one step: a source, or a part of it.
struct RestoreTarget {
    /// As in the manifest, with the source's name in front.
    let prefix: PathBytes
    /// From the source to the part; empty for the source itself.
    let way: PathBytes
    let place: SourcePlace
    /// What holds it.
    let parent: HeldDescriptor
    let parentPath: PathBytes
    /// Its name there.
    let name: PathBytes
    /// What is there now; nil for nothing.
    let status: FileStatus?
    let workspace: Workspace

    /// Its whole path.
    var path: PathBytes { parentPath.appending(name) }

    /// - Parameter way: by names that are not `..`; no link on it is followed, since whoever owns the tree may have put it there.
    init(_ prefix: PathBytes, at way: PathBytes, of place: SourcePlace, _ workspaces: inout Workspaces) throws(BackupError) {
        self.prefix = prefix
        self.way = way
        self.place = place
        do throws(FileTreeError) {
            (parent, parentPath, name) = try Self.descend(way, from: place)
            status = try parent.statusIfThere(of: name)
        } catch {
            throw Self.refusal(error, way, place)
        }
        let (folder, folderPath) = try Self.workspace(for: parent, of: place, way)
        workspace = try workspaces.at(folder, folderPath)
        if let status { try refuseMount(status) }
    }

    /// What there is beside a database, as in the manifest.
    func present(_ companions: [String]) throws(BackupError) -> [PathBytes] {
        do throws(FileTreeError) {
            var names: [PathBytes] = []
            for suffix in companions where try parent.companion(suffix, of: name) != nil { names.append(prefix.with(suffix)) }
            return names
        } catch {
            throw .destination(error.at(path))
        }
    }

    private func refuseMount(_ status: FileStatus) throws(BackupError) {
        do throws(FileTreeError) {
            if try parent.status().isOnSameMount(as: status) { return }
        } catch {
            throw .destination(error.at(parentPath))
        }
        throw .refused(
            JobFailure(
                "\(path) is the root of a mounted file system, which cannot be swapped", in: "restore",
                fix: "name what is in it with --path, once for each entry, or restore with --to and move things over", retry: .cannotHelp))
    }

    private static func descend(
        _ way: PathBytes, from place: SourcePlace
    ) throws(FileTreeError) -> (HeldDescriptor, PathBytes, PathBytes) {
        guard let last = way.components.last else { return (place.parent, place.parentPath, place.name) }
        var (folder, path) = (try place.parent.openFolder(place.name), place.path)
        for name in way.components.dropLast() {
            folder = try folder.openFolder(name)
            path = path.appending(name)
        }
        return (folder, path, last)
    }

    private static func refusal(_ error: FileTreeError, _ way: PathBytes, _ place: SourcePlace) -> BackupError {
        let path = place.path.appending(way)
        guard [ENOENT, ENOTDIR, ELOOP].contains(error.code) else { return .destination(error.at(path)) }
        return .refused(
            JobFailure(
                "\(path) cannot be restored in place: a folder above it is not there, or is a link or a file by now", in: "restore",
                fix: "restore more of it, with a shorter --path", retry: .cannotHelp))
    }

    /// Beside the source; in the source's own folder when that is the root of a mount, since a tree is swapped within one.
    private static func workspace(
        for parent: HeldDescriptor, of place: SourcePlace, _ way: PathBytes
    ) throws(BackupError) -> (HeldDescriptor, PathBytes) {
        do throws(FileTreeError) {
            let here = try parent.status()
            if try place.parent.status().isOnSameMount(as: here) { return (place.parent, place.parentPath) }
            let root = try place.parent.openFolder(place.name)
            if try root.status().isOnSameMount(as: here) { return (root, place.path) }
        } catch {
            throw .destination(error.at(place.path))
        }
        throw .refused(
            JobFailure(
                "\(place.path.appending(way)) lies on another file system than its source", in: "restore",
                fix: "restore it with --to, and move things over", retry: .cannotHelp))
    }
}

extension FileStatus {
    /// Whether a rename leads from one to the other.
    func isOnSameMount(as other: FileStatus) -> Bool {
        identity.device == other.identity.device && mount == other.mount
    }
}
