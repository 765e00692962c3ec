import Glibc

/// A name in a folder.
struct ListedName {
    let name: String
    /// Whether the folder says that it is a regular file; not every file system says anything.
    let isRegular: Bool
}

/// The names in a folder.
enum FolderListing {
    /// Most names that are looked at.
    static let mostNames = 100_000

    /// The names in order, without `.` and `..`.
    static func names(in folder: Int32) throws(FileRefusal) -> [ListedName] {
        let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            let reason = String(cString: strerror(errno))
            if copy >= 0 { close(copy) }
            throw FileRefusal(problem: "the folder cannot be listed: \(reason)", fix: "let the daemon's user read it")
        }
        defer { closedir(stream) }
        var names: [ListedName] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            names.append(ListedName(name: name, isRegular: entry.pointee.d_type == DT_REG))
            guard names.count <= mostNames else {
                throw FileRefusal(problem: "the folder holds more than \(mostNames) files", fix: "keep nothing but job files in it")
            }
        }
        // The end, or a disk that fails: then jobs must not count as gone.
        guard errno == 0 else {
            throw FileRefusal(
                problem: "the folder cannot be listed: \(String(cString: strerror(errno)))", fix: "look at the folder and its disk")
        }
        return names.sorted { $0.name < $1.name }
    }
}
