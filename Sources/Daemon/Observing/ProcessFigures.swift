import CLinux
import Glibc

/// What the daemon's own process takes, from the kernel.
package struct ProcessFigures: Sendable, Hashable {
    package var cpuSeconds = 0.0
    package var residentBytes: Int64 = 0
    package var virtualBytes: Int64 = 0
    package var openDescriptors: Int?
    package var maximumDescriptors: Int64?

    package init() {}

    /// As it is now.
    package static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            figures.cpuSeconds = [usage.ru_utime, usage.ru_stime].reduce(0.0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        }
        // Pages: all, and those in memory (proc(5)).
        let pages = words(of: "/proc/self/statm").prefix(2).compactMap { Int64($0) }
        if pages.count == 2 {
            let size = Int64(sysconf(Int32(_SC_PAGESIZE)))
            figures.virtualBytes = pages[0] * size
            figures.residentBytes = pages[1] * size
        }
        figures.openDescriptors = descriptors()
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.maximumDescriptors = Int64(clamping: limit.rlim_cur)
        }
        return figures
    }

    private static func words(of path: String) -> [Substring] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    }

    private static func descriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            // Names other than "." and "..".
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The one that this look needs is gone again.
        return count - 1
    }
}
