import Foundation
import Glibc

/// A site whose state directory is a disk of its own in memory.
final class SmallDisk {
    static var canMount: Bool { geteuid() == 0 }

    let site: Site
    private let path: String

    init(megabytes: Int, jobs: [String: String]) throws {
        site = try Site(jobs: jobs)
        path = site.state
        mkdir(path, 0o755)
        guard mount("small", path, "tmpfs", 0, "size=\(megabytes)m,mode=711") == 0 else {
            throw Overdue(description: "this machine mounts nothing: \(errno)")
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes the last free byte.
    func fill() { Files.fillDisk(path + "/fill") }

    /// The room comes back at once, also while a process that is being started holds the file.
    func makeRoom() {
        truncate(path + "/fill", 0)
        unlink(path + "/fill")
    }

    func makeReadOnly() throws {
        guard mount("small", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
            throw Overdue(description: "cannot mount anew: \(errno)")
        }
    }
}
