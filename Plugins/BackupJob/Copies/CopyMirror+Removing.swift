import FileTree

extension CopyMirror {
    /// Removes from the copy what retention has removed here.
    ///
    /// Both must agree: a point is named, and is not here. A repository that has lost points takes none from its copies, and a name
    /// that is wrong removes nothing that is still here.
    /// - Returns: the points that were removed, the last one of a chain first.
    func remove(_ removed: [RemovedPoint], from listing: CopyListing) throws(CopyError) -> [RemovedPoint] {
        var gone: [RemovedPoint] = []
        // The last of a chain first: what is left can be restored at any moment.
        for point in removed.sorted(by: { $0.place > $1.place }) {
            let files = listing.files.keys.filter { PointPlace(file: $0) == point.place && $0 != point.place.record }.sorted()
            let here = try whatIsHere(point.place)
            if listing.files[point.place.record] != nil {
                guard here.isSurelyNot(point.point), try pointThere(at: point.place) == point.point else { continue }
            } else {
                // What an earlier removal has left; of a point that is here it may be the beginning.
                guard case .nothing = here, !files.isEmpty else { continue }
            }
            for path in [point.place.record] + files { try attempt { () throws(CopyError) in try target.remove(path) } }
            gone.append(point)
        }
        try removeEmptyChains(listing, gone)
        return gone
    }

    private func removeEmptyChains(_ listing: CopyListing, _ gone: [RemovedPoint]) throws(CopyError) {
        let places = Set(gone.map(\.place))
        let left = Set(listing.files.keys.compactMap { PointPlace(file: $0) }.filter { !places.contains($0) }.map(\.chain))
        for chain in Set(places.map(\.chain)).subtracting(left) {
            try attempt { () throws(CopyError) in try target.removeEmptyFolder(chain) }
        }
    }

    /// What the repository here has in a place.
    private enum Here {
        case nothing
        case point(String)
        /// Files without a record, or a record that cannot be read: nobody knows of which point.
        case unknown

        func isSurelyNot(_ point: String) -> Bool {
            switch self {
            case .nothing: true
            case .point(let id): id != point
            case .unknown: false
            }
        }
    }

    private func whatIsHere(_ place: PointPlace) throws(CopyError) -> Here {
        do throws(BackupError) {
            var folder = repository.root
            for name in place.chain.split(separator: "/").map(String.init) {
                guard try folder.names().contains(name) else { return .nothing }
                folder = try folder.folder(name)
            }
            let names = try folder.names().filter { PointPlace(file: "\(place.chain)/\($0)") == place }
            guard !names.isEmpty else { return .nothing }
            let record = try folder.read(PointFiles(sequence: place.sequence).record, limit: CopyPoint.recordLimit)
            return record.flatMap { CopyPoint.id(of: place, in: $0) }.map { .point($0) } ?? .unknown
        } catch {
            throw CopyError(.damagedHere, "\(error)", fix: "check the disk that holds the repository")
        }
    }
}
