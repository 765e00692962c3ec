import FileTree
import Glibc
import JobKit

/// The place of a restore to a new folder, as the path leads there: what may not lie there, and what better does not.
struct RestorePlace {
    private let destination: PathBytes
    /// The folders from the root down to the one that is to hold it, with what each is.
    private let above: [(path: PathBytes, identity: FileIdentity)]

    /// - Parameter destination: absolute; what holds it has to be there.
    init(_ destination: PathBytes) throws(BackupError) {
        self.destination = destination
        let names = destination.components.dropLast()
        do throws(FileTreeError) {
            let holder = try FileTree.resolve(names.reduce(PathBytes("/")) { $0.appending($1) })
            var path = PathBytes("/")
            var above = [(path, try FileTree.status(at: path).identity)]
            for name in holder.components {
                path = path.appending(name)
                above.append((path, try FileTree.status(at: path).identity))
            }
            self.above = above
        } catch {
            throw .destination(error.at(destination))
        }
    }

    /// - Returns: what is to be said of the place; nil for nothing.
    /// - Throws: when it lies in a repository: what is restored there would be taken for a part of it, and fill its disk.
    func check(_ read: Repository, _ settings: BackupSettings) throws(BackupError) -> String? {
        let own = Result { () throws(FileTreeError) in try FileTree.status(at: PathBytes(settings.repository)).identity }
        var repositories = [(read.root.path, read.identity)]
        // Where only a copy is left of it, nothing can lie in it.
        if case .success(let identity) = own { repositories.append((PathBytes(settings.repository), identity)) }
        for (path, identity) in repositories where above.contains(where: { $0.identity == identity }) {
            throw .refused(
                JobFailure(
                    "\(destination) lies in the repository \(path), whose own files are all that may be there", in: "restore",
                    fix: "name a folder outside of it, best on another disk", retry: .cannotHelp))
        }
        let rules = try BackupRun.rules(settings.exclude)
        for source in settings.sources where stores(source, rules) {
            return "it lies in the source \(source.name), and the next backup stores it, too"
        }
        return nil
    }

    private func stores(_ source: BackupSettings.Source, _ rules: ExcludeRules) -> Bool {
        // A source that is not there holds nothing.
        let root = Result { () throws(FileTreeError) in try FileTree.status(at: PathBytes(source.path)).identity }
        guard case .success(let identity) = root, let index = above.firstIndex(where: { $0.identity == identity }) else { return false }
        var path = PathBytes("")
        let names = above[(index + 1)...].compactMap { $0.path.components.last } + destination.components.suffix(1)
        for name in names {
            path = path.appending(name)
            if rules.exclude(path, isFolder: true) { return false }
        }
        return true
    }
}
