import Archive
import Dispatch
import FileTree
import Synchronization

/// Compares whole archives and lists with the checksums of their records, on a thread of its own: their contents are looked at meanwhile.
final class ChecksumPass: Sendable {
    private let found = Mutex<[String]>([])
    private let ended = DispatchGroup()

    init(_ parts: [PointRecord.StoredFile], in chain: StoreFolder, stop: StopFlag) {
        DispatchQueue(label: "checksums").async(group: ended) {
            for part in parts where !stop.isStopped {
                guard let problem = Self.problem(of: part, in: chain) else { continue }
                self.found.withLock { $0.append("\(chain.path.appending(PathBytes(part.file))) \(problem)") }
            }
        }
    }

    /// What was found since it was asked last.
    func news() -> [String] {
        found.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }

    /// Waits for the end.
    func wait() { ended.wait() }

    private static func problem(of part: PointRecord.StoredFile, in chain: StoreFolder) -> String? {
        do throws(FileTreeError) {
            let found = try StoredFileCheck.digest(of: try chain.held.openFile(PathBytes(part.file)))
            if found.size != part.size { return "has \(found.size) bytes instead of \(part.size)" }
            return found.digest.description == part.sha256 ? nil : "does not have the checksum of its record"
        } catch {
            return "cannot be read: \(error.reason)"
        }
    }
}
