import CLinux
import Glibc

/// Which folders have to be watched, and what for.
struct WatchPlan {
    /// Folders of variables' files that are watched, at most.
    static let mostFolders = 64

    /// By the folder's path.
    private(set) var roles: [String: Set<WatchRole>] = [:]

    /// - Parameters:
    ///   - jobs: the folder of the job files.
    ///   - files: files of variables.
    init(jobs: String, files: Set<String>) {
        addWay(to: jobs)
        add(.jobs, to: jobs)
        for file in files.sorted() where roles.count < Self.mostFolders + 3 {
            let (folder, name) = Self.split(file)
            addEntry(.file(name), of: folder)
            // A link leads to a file that is written in its own folder.
            if let real = Self.resolved(file), real != file {
                let (folder, name) = Self.split(real)
                addEntry(.file(name), of: folder)
            }
        }
    }

    private mutating func addEntry(_ role: WatchRole, of folder: String) {
        if Self.isFolder(folder) { add(role, to: folder) } else { addWay(to: folder) }
    }

    /// The folder's own entry where it is, and where a link leads; else the entry that has to come first.
    private mutating func addWay(to folder: String) {
        var ways = [folder]
        if let real = Self.resolved(folder), real != folder { ways.append(real) }
        for way in ways {
            var (parent, name) = Self.split(way)
            while parent != "/", !Self.isFolder(parent) { (parent, name) = Self.split(parent) }
            add(.way(name), to: parent)
        }
    }

    private mutating func add(_ role: WatchRole, to folder: String) { roles[folder, default: []].insert(role) }

    static func split(_ path: String) -> (folder: String, name: String) {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return (".", String(path)) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        return (folder, String(path[path.index(after: slash)...]))
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
