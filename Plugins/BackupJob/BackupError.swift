import Archive
import FileTree
import Glibc
import JobKit

/// Why a run could not make its point; what concerns one file only is a ``Finding`` instead.
enum BackupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The repository refused something; the path is the whole one.
    case repository(FileTreeError)
    /// The archive or the manifest could not be written.
    case archive(ArchiveError)
    /// The listing of the point that an increment builds on turned out to be damaged while it was read.
    case parent(StoreDamage)
    /// A point is damaged.
    case damaged(StoreDamage)
    /// What is restored could not be written; the path is relative to its place.
    case destination(FileTreeError)
    /// The catalog cannot be used, for this reason; whatever it tells is in the manifests, too.
    case catalog(String)
    /// The run was told to stop.
    case stopped
    /// Anything with an explanation of its own.
    case refused(JobFailure)

    /// One line without an end.
    var description: String {
        switch self {
        case .repository(let error): error.description
        case .archive(let error): error.description
        case .parent(let damage), .damaged(let damage): damage.description
        case .destination(let error): error.description
        case .catalog(let reason): "the catalog \(Catalog.fileName) cannot be used: \(reason)"
        case .stopped: "it was stopped"
        case .refused(let failure): failure.description
        }
    }

    /// Whether a file would be larger than a limit of the process or of the file system allows.
    var isTooLarge: Bool {
        switch self {
        case .repository(let error), .destination(let error): error.code == EFBIG
        case .archive(.output(_, let code)): code == EFBIG
        case .archive, .parent, .damaged, .catalog, .stopped, .refused: false
        }
    }

    /// Whether the disk or the quota is full.
    var isFull: Bool {
        switch self {
        case .repository(let error), .destination(let error): error.code == ENOSPC || error.code == EDQUOT
        case .archive(.output(_, let code)): code == ENOSPC || code == EDQUOT
        case .archive, .parent, .damaged, .catalog, .stopped, .refused: false
        }
    }
}

extension FileTreeError {
    /// Whether rights are missing, which no second attempt brings.
    var isRefusal: Bool { [EACCES, EPERM, EROFS].contains(code) }
}
