import Archive
import Dispatch
import FileTree
import Synchronization

/// Compares whole archives and lists with the checksums of their records, on a thread of its own: their contents are looked at meanwhile.
final class ChecksumPass: Sendable {
    private let found = Mutex<[String]>([])
    private let bytes = Atomic<Int64>(0)
    private let ended = DispatchGroup()

    init(_ parts: [PointRecord.StoredFile], in chain: StoreFolder, stop: StopFlag) {
        DispatchQueue(label: "checksums").async(group: ended) {
            for part in parts where !stop.isStopped {
                guard let problem = self.problem(of: part, in: chain) else { continue }
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

    /// Bytes that were read so far.
    var readBytes: Int64 { bytes.load(ordering: .relaxed) }

    /// Waits for the end.
    /// - Parameter tick: called twice a second meanwhile.
    func wait(_ tick: () -> Void) {
        while ended.wait(timeout: .now() + .milliseconds(500)) == .timedOut { tick() }
    }

    private func problem(of part: PointRecord.StoredFile, in chain: StoreFolder) -> String? {
        do throws(FileTreeError) {
            let found = try StoredFileCheck.digest(of: try chain.held.openFile(PathBytes(part.file))) { count in
                bytes.wrappingAdd(Int64(count), ordering: .relaxed)
            }
            if found.size != part.size { return "has \(found.size) bytes instead of \(part.size)" }
            return found.digest.description == part.sha256 ? nil : "does not have the checksum of its record"
        } catch {
            return "cannot be read: \(error.reason)"
        }
    }
}
