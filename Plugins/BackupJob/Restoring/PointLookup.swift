import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// Finds the point that somebody means.
struct PointLookup {
    /// A point and the folder of its chain.
    typealias Found = (record: PointRecord, chain: StoreFolder)

    let repository: Repository
    let set: String
    let group: PointGroup
    let context: JobContext

    /// All points, oldest first; the log names those whose records are damaged.
    func all() throws(BackupError) -> [PointRecord] {
        for damage in try damage() { context.log(.warning, damage.problem) }
        return try points()
    }

    /// All points, oldest first, for a caller that names what is damaged itself.
    func points() throws(BackupError) -> [PointRecord] {
        guard let folder = try folder() else { return [] }
        return try repository.points(in: folder).map(\.record).sorted { $0.counter < $1.counter }
    }

    /// What is wrong with records of points that one builds on: it is restored without them, but its chain is not whole.
    func damage(before record: PointRecord) throws(BackupError) -> [RecordDamage] {
        try damage().filter { $0.chain == "c-\(record.chain)" && $0.sequence < record.sequence }
    }

    /// What is wrong with records of points that may be newer than one: of its chain, or of a chain that was begun later.
    func damage(after record: PointRecord) throws(BackupError) -> [RecordDamage] {
        try damage().filter { ($0.chain, $0.sequence) > ("c-\(record.chain)", record.sequence) }
    }

    /// What is wrong with records of the set.
    func damage() throws(BackupError) -> [RecordDamage] {
        guard let folder = try folder() else { return [] }
        return try repository.trustedRecords(in: folder).damage
    }

    /// - Parameter word: `latest`, the beginning of a point's id, or a moment: the newest point that was begun by then, of those whose records are what
    ///   the list of checksums says. Who names one by its id gets it in any case.
    func point(_ word: String) throws(BackupError) -> Found {
        var points = try all()
        if Self.isRelative(word), let folder = try folder() {
            let trusted = Set(try repository.trustedRecords(in: folder).points.map(\.record.point))
            if !trusted.isEmpty { points = points.filter { trusted.contains($0.point) } }
        }
        if points.isEmpty, let lost = try damage().first {
            throw Self.refused(
                "the set \(set) has no \(group.rawValue) point whose record can be read: \(lost.problem)",
                fix: "restore that file from another copy of the repository")
        }
        return try found(Self.choose(word, among: points, set: set, group: group))
    }

    /// A point that is known, without a look at the others.
    func found(_ record: PointRecord) throws(BackupError) -> Found {
        guard let folder = try folder() else { throw Self.refused("the set \(set) is gone", fix: "look at the repository") }
        return (record, try heldChain(of: record, in: folder))
    }

    /// The folder of a point's chain; whoever removes points leaves it alone as long as it is open.
    private func heldChain(of record: PointRecord, in folder: StoreFolder) throws(BackupError) -> StoreFolder {
        let chain = try folder.folder("c-\(record.chain)")
        guard chain.held.lock(.shared), try chain.names().contains(PointFiles(sequence: record.sequence).record)
        else {
            throw .refused(
                JobFailure(
                    "point \(record.point) is being removed", in: "repository", fix: "choose another point", retry: .mayHelp))
        }
        return chain
    }

    /// The pins of points, by the points' ids.
    func pins(of points: [PointRecord]) throws(BackupError) -> [String: Pin] {
        guard let folder = try folder() else { return [:] }
        var pins: [String: Pin] = [:]
        for point in points {
            let chain = try folder.folder("c-\(point.chain)")
            if let pin = try Pin.read(PointFiles(sequence: point.sequence).pin, in: chain) { pins[point.point] = pin }
        }
        return pins
    }

    /// Whether it depends on the other points which one is meant.
    static func isRelative(_ word: String) -> Bool { word == "latest" || moment(word) != nil }

    /// The point that is meant among those of a set, oldest first.
    static func choose(_ word: String, among points: [PointRecord], set: String, group: PointGroup) throws(BackupError) -> PointRecord {
        guard let newest = points.last else {
            throw refused("the set \(set) has no \(group.rawValue) point", fix: "make one, or name another job with --job")
        }
        guard word != "latest" else { return newest }
        if let moment = moment(word) {
            guard let point = points.last(where: { $0.started <= moment }) else {
                throw refused(
                    "the set \(set) has no point from \(word) or before", fix: "the oldest is from \(points[0].started.formatted(.iso8601))"
                )
            }
            return point
        }
        let meant = points.filter { $0.point.hasPrefix(word.uppercased()) }
        guard let point = meant.first else {
            throw refused("the set \(set) has no point \(word)", fix: "see acore-sched backup list")
        }
        guard meant.count == 1 else {
            throw refused("\(word) is the beginning of \(meant.count) points", fix: "write more of the id: \(meant[0].point)")
        }
        return point
    }

    /// A date, or an instant of ISO 8601, in UTC where no zone is said.
    private static func moment(_ word: String) -> Date? {
        guard word.contains("-") else { return nil }
        let text = word.replacing(" ", with: "T")
        for candidate in [text, text + "Z", text + ":00Z", text + "T23:59:59Z"] {
            if case .success(let date) = Result(catching: { try Date(candidate, strategy: .iso8601) }) { return date }
        }
        return nil
    }

    private func folder() throws(BackupError) -> StoreFolder? { try repository.existingFolder(of: group, in: set) }

    private static func refused(_ problem: String, fix: String) -> BackupError {
        .refused(JobFailure(problem, in: "repository", fix: fix, retry: .cannotHelp))
    }
}
