import Archive
import FileTree
import FoundationEssentials
import JobKit

/// Looks at what the repository has and plans the next point of a set.
struct PointPlanner {
    let settings: BackupSettings
    let context: JobContext
    /// The folder of the set's points of this kind.
    let group: StoreFolder

    /// Plans an increment where one was asked for and is possible, else a full point.
    func plan(at started: Date, in repository: Repository) throws(BackupError) -> PointPlan {
        let all = try repository.points(in: group)
        let (trusted, damage) = try repository.trustedRecords(in: group)
        for damage in damage { context.log(.warning, damage.problem) }
        // Nothing is built on a chain of which a record is damaged.
        let damaged = Set(damage.map(\.chain))
        let points = trusted.map(\.record).filter { !damaged.contains("c-\($0.chain)") }
        let counter = (all.map(\.record.counter).max() ?? 0) + 1
        // What a lost record told of is newer than the chains before it: an increment on one of those would leave it out.
        if settings.type == .incremental, let lost = damaged.max(), points.allSatisfy({ "c-\($0.chain)" < lost }) {
            return full(at: started, counter: counter, reason: "a record of the newest chain is damaged or missing")
        }
        let rule = ChainRule(maximumPoints: settings.chainLength)
        let decision = rule.decide(
            settings.type, points: points, options: try PointHeader.optionsDigest(settings), encryption: encryption, now: started)
        switch decision {
        case .full(let reason): return full(at: started, counter: counter, reason: reason)
        case .renewal(let reason):
            var plan = full(at: started, counter: counter, reason: reason)
            plan.isRenewal = true
            return plan
        case .increment(let record):
            do throws(StoreDamage) {
                let chain = points.filter { $0.chain == record.chain }
                return try increment(
                    on: Parent(record, chain: chain, in: group, ListingCache(root: repository.root, set: record.set)), at: started,
                    counter: counter)
            } catch {
                return full(at: started, counter: counter, reason: tell(error))
            }
        }
    }

    /// Plans a full point because the one to build on is damaged.
    func full(at started: Date, because damage: StoreDamage, in repository: Repository) throws(BackupError) -> PointPlan {
        let counter = (try repository.points(in: group).map(\.record.counter).max() ?? 0) + 1
        return full(at: started, counter: counter, reason: tell(damage))
    }

    /// The point itself is good, so damage of an older one is no warning of this run: the log and the summary have it.
    private func tell(_ damage: StoreDamage) -> String {
        context.log(.warning, "\(damage)")
        return "\(damage)"
    }

    private func full(at started: Date, counter: Int, reason: String?) -> PointPlan {
        let id = PointID(at: started)
        return PointPlan(
            id: id, chain: id, sequence: 0, counter: counter, started: started, parent: nil,
            type: settings.type == .incremental ? .full : settings.type, reason: reason,
            blockKey: RandomBytes.make(BlockAuthenticator.keySize),
            encryption: encryption)
    }

    /// For whom the set is encrypted now.
    var encryption: PointRecord.Encryption? {
        settings.encryption.isOn ? PointRecord.Encryption(settings.encryption) : nil
    }

    private func increment(on parent: Parent, at started: Date, counter: Int) throws(StoreDamage) -> PointPlan {
        guard let chain = PointID(parent.record.chain) else {
            throw StoreDamage(path: group.path, reason: "\(parent.record.chain) is no name of a chain")
        }
        return PointPlan(
            id: PointID(at: started), chain: chain, sequence: parent.record.sequence + 1, counter: counter,
            started: started, parent: parent, type: .incremental, reason: nil,
            blockKey: parent.blockKey ?? RandomBytes.make(BlockAuthenticator.keySize),
            encryption: encryption)
    }
}
