import Archive
import FoundationEssentials

extension PointPlanner {
    /// Plans a full point made of the newest one. It shows the tree as that does, so it is of the same time, whatever the clock says now.
    func synthetic(at now: Date, in repository: Repository, stop: StopFlag) throws(BackupError) -> PointPlan {
        let origin = try Origin(in: group, of: repository, stop: stop)
        let counter = (try repository.points(in: group).map(\.record.counter).max() ?? 0) + 1
        let id = PointID(at: now)
        let key = origin.header.blockKey.flatMap { $0.count == BlockAuthenticator.keySize ? Array($0) : nil }
        // Records have whole milliseconds, cut off: without this each copy of a copy would be one older.
        let started = origin.record.started.addingTimeInterval(0.0004)
        return PointPlan(
            id: id, chain: id, sequence: 0, counter: counter, started: started, parent: nil, type: .full, reason: nil,
            blockKey: key ?? RandomBytes.make(BlockAuthenticator.keySize), encryption: encryption, origin: origin)
    }
}
