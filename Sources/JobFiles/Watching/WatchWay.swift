import CLinux
import Glibc

/// The entries that decide what a path leads to: each link on it, and its end; or the first that is missing.
///
/// A link that leads nowhere still says where its target will be.
struct WatchWay {
    /// An entry of a folder that is there.
    struct Step: Hashable {
        let folder: String
        let name: String
        /// Whether it is what the path names, there or not.
        let isEnd: Bool
    }

    /// Links that are followed, at most: as many as the kernel follows (path_resolution(7)).
    static let mostLinks = 40

    private(set) var steps: [Step] = []

    init(to path: String) {
        var folder = Self.start(of: path)
        // Backwards: the next name is the last.
        var names = Self.names(of: path)
        while let name = names.popLast() {
            let entry = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            if let target = Self.target(of: entry) {
                guard steps.count < Self.mostLinks else { return }
                steps.append(Step(folder: folder, name: name, isEnd: false))
                if target.hasPrefix("/") { folder = "/" }
                names += Self.names(of: target)
            } else if names.isEmpty || !Self.isFolder(entry) {
                steps.append(Step(folder: folder, name: name, isEnd: names.isEmpty))
                return
            } else {
                folder = entry
            }
        }
    }

    private static func start(of path: String) -> String { path.hasPrefix("/") ? "/" : "." }

    private static func names(of path: String) -> [String] { path.split(separator: "/").reversed().map(String.init) }

    /// Where a link points; nil for what is none.
    private static func target(of path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &target, target.count)
        return length > 0 ? String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
