import Archive

extension StoredContent {
    /// Where it is not a hole, in order; nil when it has none.
    /// - Parameter member: the open member at the entry's location.
    func dataRanges(of member: PaxReader) throws(BackupError) -> [Range<Int64>]? {
        guard let base = member.dataRanges else { return nil }
        var ranges = base
        for patch in entry.patches.isEmpty ? [] : try patches() {
            let block = Int64(patch.list.blockSize)
            ranges += patch.list.runs.map { Int64($0.seek) * block..<Int64($0.seek + $0.count) * block }
        }
        return Self.merged(ranges.map { $0.clamped(to: 0..<size) })
    }

    private static func merged(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        var merged: [Range<Int64>] = []
        for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
