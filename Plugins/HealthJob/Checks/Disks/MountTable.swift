/// A line of /proc/self/mountinfo: proc(5).
struct Mount: Sendable, Hashable {
    let id: UInt64
    /// `8:1`.
    let device: String
    /// What of the file system is mounted.
    let root: String
    let point: String
    let type: String
    /// For this mount only: a service with ProtectSystem= sees disks as read-only that are not.
    let isReadOnlyHere: Bool
    /// The file system itself: by its administrator, or by the kernel after an error.
    let isReadOnly: Bool
    /// The file system's options.
    let options: [String]
}

/// What is mounted.
struct MountTable: Sendable {
    let mounts: [Mount]

    init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { Self.mount(String($0)) }
    }

    subscript(id id: UInt64) -> Mount? { mounts.first { $0.id == id } }

    /// Where data lies that can fill up: each device once, at the first place where it is mounted.
    var storage: [Mount] {
        var devices: Set<String> = []
        return mounts.filter { !Self.pseudo.contains($0.type) && !Self.isBelowSystem($0.point) && devices.insert($0.device).inserted }
    }

    /// Kinds of file systems that hold no data, or were full when they were made.
    static let pseudo: Set<String> = [
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cramfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "erofs",
        "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fuse.snapfuse", "fusectl", "hugetlbfs", "iso9660", "mqueue", "nsfs", "proc",
        "pstore",
        "ramfs", "romfs", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs", "tracefs", "udf",
    ]
    /// Folders in which programs mount for themselves.
    private static let system = [
        "/dev", "/proc", "/run/credentials", "/run/docker", "/run/user", "/snap", "/sys", "/var/lib/containers", "/var/lib/docker",
    ]

    private static func isBelowSystem(_ point: String) -> Bool { system.contains { point == $0 || point.hasPrefix($0 + "/") } }

    private static func mount(_ line: String) -> Mount? {
        let words = line.split(separator: " ")
        guard let separator = words.firstIndex(of: "-"), separator >= 6, words.count > separator + 3, let id = UInt64(words[0]) else {
            return nil
        }
        let options = words[separator + 3].split(separator: ",").map { String($0) }
        return Mount(
            id: id, device: String(words[2]), root: unescaped(words[3]), point: unescaped(words[4]), type: String(words[separator + 1]),
            isReadOnlyHere: words[5].split(separator: ",").contains("ro"), isReadOnly: options.contains("ro"), options: options)
    }

    /// Blanks and the like stand as `\040`.
    private static func unescaped(_ word: Substring) -> String {
        guard word.contains("\\") else { return String(word) }
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
