import Archive
import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// The point that a synthetic full point is made of: its list, and the archives that hold what the list names.
final class Origin {
    let record: PointRecord
    let archives: ChainArchives
    /// What the list says of the sources and of the time when they were looked at.
    let header: ManifestReader.Header
    private let manifest: ManifestReader
    private let chain: StoreFolder
    /// Of the chain, by their places in it.
    private let stored: [Int: PointRecord.StoredFile]
    /// Those that are what their records say.
    private var checked: Set<Int> = []
    private let stop: StopFlag

    /// Opens the newest point of a set's data, and asks for the secret key where one is needed.
    init(in group: StoreFolder, of repository: Repository, stop: StopFlag) throws(BackupError) {
        let (points, damage) = try repository.trustedRecords(in: group)
        guard let record = points.map(\.record).max(by: { $0.counter < $1.counter }) else {
            throw .refused(
                JobFailure(
                    "there is no point that a synthetic full point could be made of", in: "repository",
                    fix: "run a full backup first, which reads the sources", retry: .cannotHelp))
        }
        // Behind a record that cannot be read may be a newer state of the tree.
        if let damage = damage.first(where: { $0.chain >= "c-\(record.chain)" }) { throw Self.refusal(damage.problem, fix: nil) }
        self.record = record
        self.stop = stop
        chain = try group.folder("c-\(record.chain)")
        archives = ChainArchives(in: chain)
        stored = points.map(\.record).reduce(into: [:]) { stored, point in
            if point.chain == record.chain, point.sequence <= record.sequence { stored[point.sequence] = point.archive }
        }
        do throws(StoreDamage) {
            if let first = stored.min(by: { $0.key < $1.key })?.value { _ = try StoredSource(first.file, in: chain) }
            manifest = try ManifestReader(record, in: chain)
        } catch {
            throw Self.refusal("\(error)", fix: error.fix)
        }
        header = manifest.header
    }

    /// The next entry of the list, also of one that could not be looked at; nil after the last one.
    func next() throws(BackupError) -> ManifestEntry? {
        do throws(StoreDamage) {
            return try manifest.next()
        } catch {
            throw .damaged(error)
        }
    }

    /// Compares the archives that an entry needs with their records, each once.
    ///
    /// The checksum of a file tells of its content only: attributes, rules and devices come from the archives as they are.
    func check(_ entry: ManifestEntry) throws(BackupError) {
        for sequence in [entry.location].compactMap(\.self).map(\.sequence) + entry.patches.map(\.sequence)
        where !checked.contains(sequence) {
            try check(sequence)
            checked.insert(sequence)
        }
    }

    private func check(_ sequence: Int) throws(BackupError) {
        let name = archives.name(of: sequence)
        func damage(_ reason: String) -> BackupError { .damaged(StoreDamage(path: chain.path.appending(PathBytes(name)), reason: reason)) }
        guard let expected = stored[sequence] else { throw damage("it has no record") }
        do throws(FileTreeError) {
            let found = try StoredFileCheck.digest(of: try chain.held.openFile(PathBytes(expected.file)), stop: stop)
            guard found.size == expected.size, found.digest.description == expected.sha256 else {
                throw FileTreeError("read", PathBytes(name), .replaced)
            }
        } catch {
            try stop.check()
            throw damage(error.cause == .replaced ? "its checksum is not that of its record" : error.reason)
        }
    }

    /// Why nothing can be made of it. What is damaged stays so, and the sources may still be there.
    static func refusal(_ problem: String, fix: String?) -> BackupError {
        .refused(
            JobFailure(
                "no synthetic full point can be made: \(problem)", in: "repository",
                fix: fix ?? "run a full backup, which reads the sources, or restore that file from another copy of the repository",
                retry: .cannotHelp))
    }
}

extension Origin {
    /// The trees that the list was made of.
    var sources: [(BackupSettings.Source, FileIdentity)] {
        header.sources.map { source in
            (.init(name: source.name, path: source.path), FileIdentity(device: source.device ?? 0, inode: source.inode ?? 0))
        }
    }
}
