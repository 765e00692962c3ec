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
        add(WatchWay(to: jobs)) { .way($0) }
        add(.jobs, to: jobs)
        let most = roles.count + Self.mostFolders
        // A link leads to a file that is written in its own folder.
        for file in files.sorted() where roles.count < most { add(WatchWay(to: file)) { .file($0) } }
    }

    /// - Parameter role: of the way's end.
    private mutating func add(_ way: WatchWay, role: (String) -> WatchRole) {
        for step in way.steps { add(step.isEnd ? role(step.name) : .way(step.name), to: step.folder) }
    }

    private mutating func add(_ role: WatchRole, to folder: String) { roles[folder, default: []].insert(role) }
}
