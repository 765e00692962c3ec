import FileTree

/// Which blocks of a file a patch holds, in the form of numbers for `dd`: a line for each run of blocks.
struct PatchList: Hashable {
    /// Neighbouring blocks.
    struct Run: Hashable {
        /// The first block of the file.
        let seek: Int
        /// Blocks of the patch in front of it.
        let skip: Int
        var count: Int
    }

    let blockSize: Int
    private(set) var runs: [Run] = []
    /// Blocks in all runs.
    private(set) var count = 0

    init(blockSize: Int) {
        self.blockSize = blockSize
    }

    /// Whether data of this size has these blocks; only the last one may be shorter.
    func fits(_ size: Int64) -> Bool { size > 0 && BlockDigests.count(size, blockSize) == Int64(count) }

    /// Adds a block; they come in order.
    mutating func add(_ block: Int) {
        if let last = runs.indices.last, runs[last].seek + runs[last].count == block {
            runs[last].count += 1
        } else {
            runs.append(Run(seek: block, skip: count, count: 1))
        }
        count += 1
    }

    /// `BYTES SEEK SKIP COUNT` a line.
    var text: [UInt8] {
        Array(runs.map { "\(blockSize) \($0.seek) \($0.skip) \($0.count)\n" }.joined().utf8)
    }

    /// Reads such lines.
    /// - Returns: nil for anything else.
    init?(_ text: [UInt8]) {
        var list: PatchList?
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let numbers = line.split(separator: UInt8(ascii: " ")).map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
            guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 && $0 < 1 << 50 }) else { return nil }
            var sofar = list ?? PatchList(blockSize: numbers[0])
            guard numbers[0] == sofar.blockSize, BlockDigests.isBlockSize(numbers[0]), numbers[2] == sofar.count, numbers[3] > 0 else {
                return nil
            }
            // No file has more blocks: a line of some bytes cannot ask for memory without end.
            guard numbers[1] + numbers[3] <= Int(BlockDigests.maximumCount) else { return nil }
            if let last = sofar.runs.last, last.seek + last.count > numbers[1] { return nil }
            sofar.runs.append(Run(seek: numbers[1], skip: numbers[2], count: numbers[3]))
            sofar.count += numbers[3]
            list = sofar
        }
        guard let list else { return nil }
        self = list
    }
}

/// Where patches lie in an archive; `RESTORE.txt` knows these names.
enum PatchMembers {
    /// The most patches over one content; each is read at a restore.
    static let maximumCount = 16
    /// The folder of the patch of this number.
    static func folder(_ number: Int) -> String { ".acore/patch/\(number)" }
    /// A ``PatchList``.
    static let list = "blocks"
    /// The blocks one behind the other.
    static let data = "data"
    /// Three lines: the size that the file has then, its time, and its path with `./` in front, which may hold line ends itself. It comes last: a patch
    /// without it was given up.
    static let file = "file"
}
