import FileTree

/// Restores in place that have not ended, as a backup of the same sources finds them: what it stores may be of two points.
enum UnfinishedRestores {
    /// A sentence for each that concerns a source.
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

    private static func concerns(_ journal: SwapJournal, _ source: PathBytes) -> Bool {
        journal.entries.contains { entry in
            let destination = PathBytes(entry.parent).appending(PathBytes(entry.name))
            return destination == source || destination.isBelow(source)
        }
    }
}
