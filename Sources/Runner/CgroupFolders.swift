import Glibc

/// Folders of the cgroup file system, which are removed by rmdir alone.
enum CgroupFolders {
    private static let depthBound = 32

    /// The names of the cgroups directly below a path.
    static func children(of path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a cgroup and those below it, from the leaves up; not an error when it is gone.
    static func remove(_ path: String, depth: Int = 0) throws(RunnerError) {
        if rmdir(path) == 0 || errno == ENOENT { return }
        if depth < depthBound {
            for child in children(of: path) { try remove(path + "/" + child, depth: depth + 1) }
        }
        if rmdir(path) != 0 && errno != ENOENT {
            throw .last("remove the cgroup", path, fix: "look which processes are left in it: cat \(path)/cgroup.procs")
        }
    }

    /// How long killed processes may take to go.
    private static let patienceMs: Int32 = 10_000

    /// Waits until no process is left in a cgroup or below it; the kernel tells of each change (cgroup.events).
    static func waitUntilEmpty(_ path: String) throws(RunnerError) {
        let fix = "look which processes are left in it: cat \(path)/cgroup.procs"
        let file = try Descriptor.open(path + "/cgroup.events", O_RDONLY, fix: fix)
        while true {
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = pread(file.number, &bytes, bytes.count, 0)
            if String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).contains("populated 0") { return }
            var change = pollfd(fd: file.number, events: Int16(POLLPRI), revents: 0)
            guard poll(&change, 1, patienceMs) == 1 else {
                throw .system(action: "empty the cgroup", subject: path, code: ETIMEDOUT, fix: fix)
            }
        }
    }
}
