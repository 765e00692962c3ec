import FileTree

/// What differs between two points, from their manifests, which have one order.
struct PointDiff {
    /// A path that is not the same in both.
    struct Change {
        let path: PathBytes
        let kind: Kind

        enum Kind: Hashable {
            case added
            case removed
            /// What about it differs, in words of ``PointDiff/differences``.
            case changed([String])
        }
    }

    let older: ManifestReader
    let newer: ManifestReader

    /// Hands out each change, in the order of a walk.
    func changes(_ take: (Change) throws(BackupError) -> Void) throws(BackupError) {
        var left = try next(older)
        var right = try next(newer)
        while let path = first(left?.path, right?.path) {
            let (before, after) = (left?.path == path ? left : nil, right?.path == path ? right : nil)
            if before != nil { left = try next(older) }
            if after != nil { right = try next(newer) }
            switch (before, after) {
            case (nil, _): try take(Change(path: path, kind: .added))
            case (_, nil): try take(Change(path: path, kind: .removed))
            case (let before?, let after?):
                let words = Self.differences(before, after)
                if !words.isEmpty { try take(Change(path: path, kind: .changed(words))) }
            }
        }
    }

    private func first(_ left: PathBytes?, _ right: PathBytes?) -> PathBytes? {
        guard let left, let right else { return left ?? right }
        return right.isWalked(before: left) ? right : left
    }

    /// The next entry that the archives hold.
    private func next(_ manifest: ManifestReader) throws(BackupError) -> ManifestEntry? {
        do throws(StoreDamage) {
            while let entry = try manifest.next() {
                if entry.status != nil, entry.location != nil { return entry }
            }
            return nil
        } catch {
            throw .damaged(error)
        }
    }

    /// Of two entries with one path, what differs; a folder's time and size say nothing that its content does not.
    static func differences(_ before: ManifestEntry, _ after: ManifestEntry) -> [String] {
        guard let old = before.status, let new = after.status else { return [] }
        if old.type != new.type { return ["type"] }
        var words: [String] = []
        if before.content != after.content || before.target != after.target || old.size != new.size && new.type != .folder {
            words.append("content")
        }
        if before.firstName != after.firstName { words.append("links") }
        if old.permissions != new.permissions { words.append("mode") }
        if old.owner != new.owner || old.group != new.group { words.append("owner") }
        if before.metadata != after.metadata { words.append("attributes") }
        if old.modified != new.modified, new.type != .folder { words.append("time") }
        return words
    }
}
