import CLinux
import Foundation
import Glibc

/// What /proc says.
enum Processes {
    static var all: [Int32] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        } catch {
            return []
        }
    }

    /// The processes whose environment carries this run; a launcher does not, its worker does.
    static func ofRun(_ run: String) -> [Int32] {
        let entry = Array("ACORE_RUN=\(run)".utf8)
        return all.filter { pid in Files.bytes("/proc/\(pid)/environ").split(separator: 0).contains { Array($0) == entry } }
    }

    /// Whether the process is there and is no zombie.
    static func isAlive(_ pid: Int32) -> Bool {
        guard let state = Files.text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ").first else { return false }
        return state != "Z" && state != "X"
    }

    /// Waits for the end of any process.
    static func waitForEnd(_ pid: Int32) throws {
        let pidfd = linux_pidfd_open(pid)
        guard pidfd >= 0 else { return }
        defer { close(pidfd) }
        var ready = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, Int32(Watch.patience)) == 1 else { throw Overdue(description: "process \(pid) does not end") }
    }
}
