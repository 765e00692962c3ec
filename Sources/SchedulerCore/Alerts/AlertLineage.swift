/// Which keys that are bad now explain which, over any number of steps.
struct AlertLineage {
    private let book: AlertBook
    private let world: AlertSurroundings
    private let bad: [AlertKey]
    /// Of the keys that name these parents: all that explain them. Keys of one job name the same ones.
    private var above: [[String]: Set<AlertKey>] = [:]

    init(book: AlertBook, _ world: AlertSurroundings) {
        (self.book, self.world) = (book, world)
        var bad: Set<AlertKey> = []
        book.forEachBad(world.now) { bad.insert($0) }
        self.bad = Array(bad)
    }

    /// Whether the first explains the second.
    mutating func isAbove(_ key: AlertKey, _ other: AlertKey) -> Bool { keys(above: other).contains(key) }

    /// Whether, of all keys that explain this one and are explained by it, it is the first by name.
    mutating func isFirstOfCircle(_ key: AlertKey) -> Bool {
        keys(above: key).allSatisfy { $0 >= key || !isAbove(key, $0) }
    }

    private mutating func keys(above key: AlertKey) -> Set<AlertKey> {
        let parents = book.rule(for: key, world).parents
        if let known = above[parents] { return known }
        var found: Set<AlertKey> = []
        var (waiting, seen) = ([parents], Set([parents]))
        while let patterns = waiting.popLast() {
            for other in bad where !found.contains(other) && patterns.contains(where: { AlertPattern.matches($0, other.text) }) {
                found.insert(other)
                let next = book.rule(for: other, world).parents
                if seen.insert(next).inserted { waiting.append(next) }
            }
        }
        above[parents] = found
        return found
    }
}
