import FileTree
import Glibc
import JobKit

/// Keeps root from making files in a repository that somebody else's runs have to read and replace.
enum RepositoryOwner {
    /// - Parameter verb: what a person asked for by hand; scheduled runs of root are the operator's choice.
    static func check(_ repository: String, for verb: String) throws(BackupError) {
        guard geteuid() == 0,
            case .success(let status) = Result(catching: { () throws(FileTreeError) in
                try HeldDescriptor.folder(at: PathBytes(repository)).status()
            }), status.owner != 0
        else { return }
        let name = getpwuid(status.owner).map { String(cString: $0.pointee.pw_name) } ?? "\(status.owner)"
        throw .refused(
            JobFailure(
                "the repository \(repository) belongs to \(name): what root would make there, the runs of \(name) could not read",
                in: "repository",
                fix: "leave --local out, or run it as that user: runuser -u \(name) -- acore-sched backup \(verb) …", retry: .cannotHelp))
    }
}
