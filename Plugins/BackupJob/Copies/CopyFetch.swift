import Archive
import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// Brings a point and all that it needs from a copy into a folder here, which then is a repository to restore from.
///
/// What is there of an earlier attempt is gone on with. A point's record comes last, as in every repository.
struct CopyFetch {
    let copy: CopySettings
    let target: any CopyTarget
    let retry: CopyRetry
    let context: JobContext
    let stop: StopFlag

    /// A point of the copy.
    private typealias Point = (place: PointPlace, record: PointRecord, content: [UInt8])

    /// - Parameters:
    ///   - word: `latest`, the beginning of a point's id, or a moment.
    ///   - destination: a folder that is not there yet, is empty, or that an earlier fetch has made.
    func fetch(_ word: String, set: String, group: PointGroup, to destination: PathBytes) throws(BackupError) -> JobReport {
        let points = try remote { () throws(CopyError) in try self.points(set: set, group: group) }
        let wanted = try PointLookup.choose(word, among: points.map(\.record), set: set, group: group)
        let needed = points.filter { $0.record.chain == wanted.chain && $0.record.sequence <= wanted.sequence }
        guard needed.map(\.record.sequence) == Array(0...wanted.sequence) else {
            throw refused("the copy \(copy.name) lacks a point that point \(wanted.point) needs", fix: "fetch a point of another chain")
        }
        let size = needed.reduce(Int64(0)) { $0 + ($1.record.archive?.size ?? 0) + $1.record.manifest.size }
        guard !context.dryRun else {
            return JobReport(
                "dry run: point \(wanted.point) needs \(Report.counted(needed.count, "point")), \(ByteCount(size)), of the copy")
        }
        try claim(destination)
        let repository = try Repository(at: destination, holder: "acore-sched fetch, pid \(getpid())", now: Date.now, keys: nil)
        for point in needed { try fetch(point, into: repository) }
        try repository.repairLatestLinks()
        try ChecksumList.refresh(in: repository)
        let how = "acore-sched backup restore \(wanted.point) --from \(destination) --to DIR"
        return JobReport(
            "point \(wanted.point) and what it needs, \(Report.counted(needed.count, "point")) with \(ByteCount(size)), is in \(destination); "
                + "restore it with: \(how)", numbers: ["points": Double(needed.count), "bytes": Double(size)])
    }

    /// The points of a set that the copy has, oldest first.
    private func points(set: String, group: PointGroup) throws(CopyError) -> [Point] {
        var points: [Point] = []
        for place in try target.list().points where place.group == group.folder(of: set) {
            guard let content = try target.read(place.record, limit: CopyPoint.recordLimit) else { continue }
            do throws(BackupError) {
                let name = PointFiles(sequence: place.sequence).record
                points.append((place, try PointRecord(content, name: name, at: PathBytes("\(target.place)/\(place.record)")), content))
            } catch {
                context.log(.warning, "\(error)")
            }
        }
        return points.sorted { $0.record.counter < $1.record.counter }
    }

    /// Makes the folder the same repository as the copy is one of.
    private func claim(_ destination: PathBytes) throws(BackupError) {
        let record = try remote { () throws(CopyError) in try target.read("repo.json", limit: CopyPoint.recordLimit) }
        guard let record else {
            throw refused("\(target.place) is no copy: it has no repo.json", fix: "check to: of the copy \(copy.name)")
        }
        guard destination.withCString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
            throw .destination(.last("make the folder", destination))
        }
        let folder: StoreFolder
        do throws(FileTreeError) {
            folder = StoreFolder(held: try HeldDescriptor.folder(at: destination), path: destination)
        } catch {
            throw .destination(error)
        }
        if try folder.names().isEmpty {
            try folder.newFile("repo.json", content: record)
            try folder.synchronize()
        } else if try folder.read("repo.json", limit: CopyPoint.recordLimit) != record {
            throw refused("\(destination) is there, not empty, and not of this copy", fix: "name a folder that is not there yet")
        }
    }

    private func fetch(_ point: Point, into repository: Repository) throws(BackupError) {
        var folder = repository.root
        for name in point.place.chain.split(separator: "/") { folder = try folder.madeFolder(String(name)) }
        let present = try folder.names()
        let recordName = PointFiles(sequence: point.place.sequence).record
        guard !present.contains(recordName) else { return }
        var names: [String] = []
        for file in [point.record.archive, point.record.manifest].compactMap(\.self) {
            guard PointPlace(file: "\(point.place.chain)/\(file.file)") == point.place else { continue }
            try remote { () throws(CopyError) in try fetch(file, from: point.place.chain, into: folder) }
            names.append(file.file)
        }
        // All of a point gets its names together: what has them without a record is swept away.
        for name in names { try folder.move(name + CopyListing.unfinishedSuffix, to: folder, as: name) }
        try folder.synchronize()
        try folder.newFile(recordName + CopyListing.unfinishedSuffix, content: point.content)
        try folder.move(recordName + CopyListing.unfinishedSuffix, to: folder, as: recordName)
        try folder.synchronize()
    }

    /// Fetches what is missing of a file, and compares all of it.
    private func fetch(_ file: PointRecord.StoredFile, from chain: String, into folder: StoreFolder) throws(CopyError) {
        let part = try CopyPart(file.file + CopyListing.unfinishedSuffix, in: folder, size: file.size, stop: stop)
        if part.size < file.size {
            do throws(CopyError) {
                try target.get("\(chain)/\(file.file)", from: part.size) { part.append($0) }
            } catch {
                throw part.error ?? error
            }
        }
        guard try part.finish() == file.sha256 else {
            try part.empty()
            throw CopyError(
                .transient, "\(target.place)/\(chain)/\(file.file) is damaged, or did not come whole",
                fix: "fetch from another copy, or another point")
        }
    }

    private func remote<Value>(_ body: () throws(CopyError) -> Value) throws(BackupError) -> Value {
        do throws(CopyError) {
            return try retry.attempt(target.place, body)
        } catch {
            let fix = error.kind == .stopped ? "fetch again: what is there already is gone on with" : error.fix
            let mayHelp = error.kind == .transient || error.kind == .stopped
            throw .refused(JobFailure(error.problem, in: "copy", fix: fix, retry: mayHelp ? .mayHelp : .cannotHelp))
        }
    }

    private func refused(_ problem: String, fix: String) -> BackupError {
        .refused(JobFailure(problem, in: "copy", fix: fix, retry: .cannotHelp))
    }
}
