/// Finds the word that somebody probably meant.
public enum Suggestion {
    /// The nearest of `candidates` to `word`, if it is near enough to be a slip (a third of its letters, at least one edit).
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = max(1, word.count / 3)
        let ranked = candidates.map { (distance: distance(Array(word.lowercased()), Array($0.lowercased())), word: $0) }
        return ranked.filter { $0.distance <= limit }.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    /// Edits (insert, delete, replace, swap of neighbours) from one word to the other.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard !left.isEmpty, !right.isEmpty, left.count <= 80 else { return max(left.count, right.count) }
        var before: [Int] = []
        var row = Array(0...right.count)
        for i in 1...left.count {
            var next = [i] + Array(repeating: 0, count: right.count)
            for j in 1...right.count {
                let replace = row[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                next[j] = min(row[j] + 1, next[j - 1] + 1, replace)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    next[j] = min(next[j], before[j - 2] + 1)
                }
            }
            before = row
            row = next
        }
        return row[right.count]
    }
}
