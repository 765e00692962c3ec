import Archive
import FileTree
import JobKit

/// Reads a point and everything that it needs, and names what is damaged.
struct ChainVerifier {
    let record: PointRecord
    let chain: StoreFolder
    /// The name of the chain's folder.
    let folder: String
    /// What is wrong with records of the set.
    let damage: [RecordDamage]
    /// All points of the chain whose records can be read.
    let points: [PointRecord]
    let stop: StopFlag
    /// Of the files' contents, this share is compared, in percent.
    let share: Int
    /// Told of each damage.
    let report: (String) -> Void
    /// What the repository's list says of the files.
    let checksums: ChecksumList
    /// Told how far it is.
    let progress: ProgressReporter

    /// What was compared.
    struct Result {
        /// Archives and manifests.
        var parts = 0
        var files = 0
        var bytes: Int64 = 0
        var damages = 0
    }

    func verify() throws(BackupError) -> Result {
        var result = Result()
        if share > 0 { try refuseWithoutKey() }
        let needed = points.sorted { $0.sequence < $1.sequence }.filter { $0.sequence <= record.sequence }
        let parts = needed.flatMap { [$0.archive, $0.manifest].compactMap(\.self) }
        result.parts = parts.count
        let complaints =
            damage.filter { $0.chain == folder && $0.sequence <= record.sequence }.map(\.problem)
            + parts.compactMap { checksums.complaint(about: $0, in: chain) }
        for complaint in complaints {
            result.damages += 1
            report(complaint)
        }
        let pass = ChecksumPass(parts, in: chain, stop: stop)
        defer { pass.wait {} }
        let content = Swift.Result { () throws(BackupError) in if share > 0 { try verifyContent(&result, beside: pass) } }
        pass.wait { progress.report(Double(pass.readBytes + result.bytes), of: expected) }
        tellNews(of: pass, &result)
        try stop.check()
        // A list that cannot be read is among the parts, and has been named.
        if result.damages == 0 { try content.get() }
        progress.end(Double(pass.readBytes + result.bytes))
        return result
    }

    private func tellNews(of pass: ChecksumPass, _ result: inout Result) {
        for line in pass.news() {
            result.damages += 1
            report(line)
        }
    }

    /// What cannot be opened is no damage: it is said before hours are spent.
    private func refuseWithoutKey() throws(BackupError) {
        for file in [record.manifest] + points.compactMap(\.archive).prefix(1) where PointFiles.isEncrypted(file.file) {
            do throws(StoreDamage) {
                _ = try StoredSource(file.file, in: chain)
            } catch {
                if error.fix != nil { throw .damaged(error) }
            }
        }
    }

    /// About what there is to read: all archives and manifests, then the share of the files' contents.
    private var expected: Double {
        let parts = points.filter { $0.sequence <= record.sequence }.flatMap { [$0.archive, $0.manifest].compactMap(\.self) }
        return Double(parts.reduce(0) { $0 + $1.size }) + Double(record.bytes) * Double(share) / 100
    }

    /// Compares each file with its checksum: what is wrong inside an archive gets a name.
    private func verifyContent(_ result: inout Result, beside pass: ChecksumPass) throws(BackupError) {
        let archives = ChainArchives(in: chain)
        let expected = expected
        // Drawn anew each time, so that every file has its turn.
        let turn = UInt8.random(in: 0...UInt8.max)
        do throws(StoreDamage) {
            let manifest = try ManifestReader(record, in: chain)
            while let entry = try manifest.next() {
                if stop.isStopped { break }
                tellNews(of: pass, &result)
                progress.report(Double(pass.readBytes + result.bytes), of: expected)
                guard let content = entry.content, let location = entry.location, Int(content.bytes[0] &+ turn) * 100 < share * 256 else {
                    continue
                }
                guard let problem = problem(of: entry, content, location, archives, &result) else { continue }
                result.damages += 1
                report("\(entry.path) in \(archives.name(of: location.sequence)): \(problem)")
            }
        } catch {
            throw .damaged(error)
        }
        try stop.check()
    }

    private func problem(
        of entry: ManifestEntry, _ content: ContentDigest, _ location: ManifestEntry.Location, _ archives: ChainArchives,
        _ result: inout Result
    ) -> String? {
        var hasher = ContentHasher()
        let stored = StoredContent(entry: entry, archives: archives)
        let read = Swift.Result { () throws(BackupError) in
            let member: PaxReader
            do throws(StoreDamage) {
                member = try archives.member(at: location)
            } catch {
                throw BackupError.damaged(error)
            }
            try stored.read(from: member) { _, bytes, _ throws(BackupError) in
                try stop.check()
                hasher.update(bytes)
            }
        }
        if case .failure(let error) = read { return "\(error)" }
        result.files += 1
        result.bytes += stored.size
        return hasher.digest == content ? nil : "its content is not what was stored"
    }
}
