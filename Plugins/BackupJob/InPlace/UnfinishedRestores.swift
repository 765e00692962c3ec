import FileTree

/// Restores in place that have not ended, as a backup of the same sources finds them: what it stores may be of two points.
enum UnfinishedRestores {
    /// A sentence for each beside a source that concerns it; those inside are met by the walk.
    static func warnings(about sources: [BackupSettings.Source]) -> [String] {
        sources.compactMap { source in
            // A source that is not there is told of elsewhere.
            guard case .success(let place) = Result(catching: { () throws(BackupError) in try SourcePlace(source) }) else { return nil }
            do throws(BackupError) {
                let journals = try SwapJournal.all(in: place.parent, at: place.parentPath)
                guard let journal = journals.first(where: { concerns($0, place.path) }) else { return nil }
                return
                    "a restore of point \(journal.point) to \(place.path) has not ended: what is stored of \(source.name) may not fit the "
                    + "other sources; acore-sched backup restore --purge takes back what it swapped"
            } catch {
                return "whether a restore beside \(place.path) has ended is not known: \(error)"
            }
        }
    }

    /// A sentence for a path that a backup has met and left out, when it is the journal of a restore inside of the source.
    static func warning(about path: PathBytes) -> String? {
        guard let name = path.components.last, SwapJournal.isOne(name) else { return nil }
        return "\(path) tells of a restore that has not ended: what is stored of the trees beside it may be of different points; "
            + "acore-sched backup restore --purge takes back what it swapped"
    }

    private static func concerns(_ journal: SwapJournal, _ source: PathBytes) -> Bool {
        journal.entries.contains { entry in
            let destination = PathBytes(entry.parent).appending(PathBytes(entry.name))
            return destination == source || destination.isBelow(source)
        }
    }
}
