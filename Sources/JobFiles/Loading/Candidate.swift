import Glibc

/// A file that is to be read: its folder, held open, and its name there.
struct Candidate: Sendable {
    let folder: HeldFolder
    let file: String
    let job: String
    /// Whether its folder says that it is a regular file.
    var isRegular = false

    var path: String { folder.path(of: file) }
}

/// A folder that stays open while its files are read.
final class HeldFolder: Sendable {
    let path: String
    let descriptor: Int32

    /// - Throws: when it is not there, no folder, or may not be read.
    init(_ path: String) throws(FileRefusal) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor < 0 else { return }
        let code = errno
        throw FileRefusal(
            problem: "the folder cannot be read: \(String(cString: strerror(code)))",
            fix: code == ENOENT ? "create it, or name another with --jobs-dir" : "check the path and its mode")
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func path(of name: String) -> String {
        if path == "." { return name }
        return path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    }
}
