import CLinux
import Glibc

/// What the kernel says of this machine.
package enum Machine {
    /// The host's name; `localhost` when it has none.
    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The wall clock, in nanoseconds since 1970.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The id of this boot, from /proc/sys/kernel/random/boot_id; empty where /proc is not mounted.
    package static var bootID: String {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = max(0, read(descriptor, &buffer, buffer.count))
        return String(decoding: buffer[..<count].prefix { $0 > 32 }, as: UTF8.self)
    }
}

extension Machine {
    /// The name of this process's user; its number where it has no name.
    package static var userName: String {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        let code = getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &result)
        return code == 0 && result != nil ? String(cString: entry.pw_name) : String(geteuid())
    }
}
