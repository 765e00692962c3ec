import Glibc

/// What /proc says about processes.
enum ProcessTable {
    struct Identity: Equatable {
        let pid: Int32
        let session: Int32
        let startTime: UInt64
        /// Ended, and not collected yet.
        let isZombie: Bool
    }

    /// nil = there is no such process.
    static func identity(of pid: Int32) -> Identity? {
        guard let stat = text(at: "/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        // After the name in brackets: state is field 3, session 6, start time 22 (proc(5)).
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let session = Int32(fields[3]), let start = UInt64(fields[19]) else { return nil }
        return Identity(pid: pid, session: session, startTime: start, isZombie: fields[0] == "Z")
    }

    /// The kernel's id of this boot.
    static func bootID() -> String? {
        text(at: "/proc/sys/kernel/random/boot_id")?.split(separator: "\n").first.map(String.init)
    }

    /// All processes, by number.
    static func all() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = Int32(name) { pids.append(pid) }
        }
        return pids
    }

    /// Whether the environment a process was started with has this entry; false when it may not be read.
    static func wasStarted(_ pid: Int32, with entry: String) -> Bool {
        guard let bytes = bytes(at: "/proc/\(pid)/environ", upTo: 1 << 20) else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(entry.utf8) }
    }

    private static func text(at path: String) -> String? {
        bytes(at: path, upTo: 4096).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A process that ends while it is read has nothing to say: nil.
    private static func bytes(at path: String, upTo bound: Int) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var all: [UInt8] = []
        while all.count < bound {
            let chunk = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                count = max(0, read(number, buffer.baseAddress, 4096))
            }
            if chunk.isEmpty { break }
            all += chunk
        }
        return all
    }
}
