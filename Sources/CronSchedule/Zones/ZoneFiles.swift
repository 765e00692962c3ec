import Glibc

/// The only file of this module that touches the system: reads zone files, lists their names, asks the environment.
enum ZoneFiles {
    /// What reading a file came to.
    enum Reading {
        case bytes([UInt8])
        case missing
        case failed(String)
    }

    /// More names than the tz data holds (about 1,800 with its `posix` and `right` copies).
    static let maximumNames = 4_096

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// The whole of a regular file, if it is not larger than `limit` bytes.
    static func read(_ path: String, limit: Int) -> Reading {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return errno == ENOENT || errno == ENOTDIR ? .missing : .failed(reason(errno)) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return .failed(reason(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .missing }
        guard status.st_size <= limit else { return .failed("it is larger than \(limit) bytes") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress?.advanced(by: filled), $0.count - filled) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return .failed(reason(errno)) }
            if count == 0 { break }
            filled += count
        }
        return .bytes(Array(bytes.prefix(filled)))
    }

    /// The path with every symbolic link followed, or nil when it leads nowhere.
    static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    /// The names of all zones below `directory`, for a suggestion; `posix` and `right`, which repeat them, are left out.
    static func names(in directory: String) -> [String] {
        var names: [String] = []
        collect(directory, prefix: "", into: &names, depth: 0)
        return names.sorted()
    }

    private static func collect(_ directory: String, prefix: String, into names: inout [String], depth: Int) {
        guard depth < 4, let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        while names.count < maximumNames, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard SystemTimeZone.isPlainName(name), depth > 0 || name != "posix" && name != "right" else { continue }
            if entry.pointee.d_type == DT_DIR {
                collect("\(directory)/\(name)", prefix: "\(prefix)\(name)/", into: &names, depth: depth + 1)
            } else if depth > 0 || name.utf8.first.map({ (65...90).contains($0) }) ?? false {
                names.append(prefix + name)
            }
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
