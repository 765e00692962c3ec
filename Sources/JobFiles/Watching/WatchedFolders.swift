import CLinux
import Glibc
import JobKit

/// The kernel's watch on folders: one descriptor, and what each number that it tells stands for.
final class WatchedFolders {
    let descriptor: Int32
    private let jobs: String
    private var files: Set<String> = []
    private var folders: [Int32: (path: String, roles: Set<WatchRole>)] = [:]
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// - Throws: when the kernel has no watch to give.
    init(jobs: String) throws(FileRefusal) {
        self.jobs = jobs
        descriptor = linux_inotify()
        guard descriptor >= 0 else { throw Self.refusal(errno) }
        watch()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Why some folder is not watched; nil when all are.
    private(set) var trouble: FileRefusal?

    /// Watches what leads to the job files now, and these files of variables, no others; nil leaves those as they are.
    /// - Returns: whether there is something among it that was not watched before.
    func follow(_ files: Set<String>?) -> Bool {
        let before = folders
        self.files = files ?? self.files
        watch()
        return folders.contains { !$0.value.roles.isSubset(of: before[$0.key]?.roles ?? []) }
    }

    /// Reads all events.
    /// - Returns: whether any of them asks for a look at the files.
    func takeEvents() -> Bool {
        var verdicts: Set<WatchVerdict> = []
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                while offset < count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let start = offset + MemoryLayout<inotify_event>.size
                    let end = start + Int(event.len)
                    verdicts.insert(verdict(on: event, name: String(decoding: bytes[start..<end].prefix { $0 != 0 }, as: UTF8.self)))
                    offset = end
                }
            }
        }
        if verdicts.contains(.watchAnew) { watch() }
        return verdicts.contains(.load) || verdicts.contains(.watchAnew)
    }

    private func verdict(on event: inotify_event, name: String) -> WatchVerdict {
        let folder = folders[event.wd]
        return WatchVerdict(mask: event.mask, name: name, roles: folder?.roles ?? []) {
            var status = stat()
            guard let folder, lstat("\(folder.path)/\(name)", &status) == 0 else { return false }
            return status.st_mode & S_IFMT != S_IFREG || status.st_nlink > 1
        }
    }

    /// Asks the kernel for what has to be watched now. Folders that are no longer meant are let go.
    private func watch() {
        var wanted: [Int32: (path: String, roles: Set<WatchRole>)] = [:]
        trouble = nil
        for (path, roles) in WatchPlan(jobs: jobs, files: files).roles {
            let mask = roles.reduce(UInt32(IN_ONLYDIR)) { $0 | $1.mask }
            // Two paths may be one folder: then the kernel gives one number, and the second call must not replace the first's events.
            let number = inotify_add_watch(descriptor, path, mask | UInt32(IN_MASK_ADD))
            if number >= 0 {
                wanted[number, default: (path, [])].roles.formUnion(roles)
            } else if errno != ENOENT, errno != ENOTDIR {
                trouble = Self.refusal(errno, folder: path)
            }
        }
        for number in folders.keys where wanted[number] == nil { inotify_rm_watch(descriptor, number) }
        folders = wanted
    }

    private static func refusal(_ code: Int32, folder: String? = nil) -> FileRefusal {
        let reason = String(cString: strerror(code))
        let place = folder.map { " in \($0)" } ?? ""
        switch code {
        case EMFILE, ENOSPC, ENOMEM:
            return FileRefusal(
                problem: "changes\(place) are not seen: \(reason)",
                fix: "raise fs.inotify.max_user_watches and fs.inotify.max_user_instances (sysctl); until then send the daemon HUP")
        default:
            return FileRefusal(
                problem: "changes\(place) are not seen: \(reason)",
                fix: "let the daemon's user read the folder; until then send the daemon HUP")
        }
    }
}
