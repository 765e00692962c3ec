import FileTree

/// Where a point lies in a repository and in every copy of it: its set, kind, chain and number.
struct PointPlace: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The folder of the chain, relative to the repository.
    let chain: String
    let sequence: Int

    init(set: String, group: PointGroup, chain: String, sequence: Int) {
        self.chain = "set-\(set)/\(group.rawValue)/c-\(chain)"
        self.sequence = sequence
    }

    /// - Parameter chain: the folder of the chain, relative to the repository.
    init(chain: String, sequence: Int) {
        self.chain = chain
        self.sequence = sequence
    }

    /// Reads the path of a file of a point; nil for every other path.
    /// - Parameter path: relative to the repository.
    init?(file path: some StringProtocol) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, PointPlace.isChain(parts[0..<3]), PointFiles.isPointFile(String(parts[3])),
            let sequence = Int(parts[3].prefix(PointFiles.sequenceLength))
        else { return nil }
        chain = parts[0..<3].joined(separator: "/")
        self.sequence = sequence
    }

    /// Whether this is the path of a chain's folder.
    static func isChain(_ parts: ArraySlice<some StringProtocol>) -> Bool {
        let parts = Array(parts)
        return parts.count == 3 && parts[0].hasPrefix("set-") && BackupSettings.isSetName(String(parts[0].dropFirst(4)))
            && PointGroup(rawValue: String(parts[1])) != nil && parts[2].hasPrefix("c-") && PointID(parts[2].dropFirst(2)) != nil
    }

    /// The path of the file that makes the point one.
    var record: String { "\(chain)/\(PointFiles(sequence: sequence).record)" }

    /// The folder of the set's points of this kind.
    var group: String { chain.split(separator: "/").prefix(2).joined(separator: "/") }

    /// For messages, without an ending.
    var description: String { String(record.dropLast(PointFiles.recordSuffix.count)) }

    static func < (left: PointPlace, right: PointPlace) -> Bool {
        left.chain == right.chain ? left.sequence < right.sequence : left.chain < right.chain
    }
}
