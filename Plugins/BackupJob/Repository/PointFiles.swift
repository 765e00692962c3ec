/// The names of a point's files in its chain's folder.
struct PointFiles {
    /// Digits in front of each name.
    static let sequenceLength = 4
    /// The ending of the file that makes a point one.
    static let recordSuffix = ".point.json"
    /// The ending of a list that anybody can read.
    static let listingSuffix = ".manifest.zst"
    /// What encrypted files have behind their endings.
    private static let encryptedSuffix = ".age"
    private static let suffixes =
        [archiveSuffix, archiveSuffix + encryptedSuffix, listingSuffix, listingSuffix + encryptedSuffix, recordSuffix, pinSuffix]
    private static let archiveSuffix = ".tar.zst"
    private static let pinSuffix = ".pin"

    private let number: String
    private let ending: String

    /// - Parameters:
    ///   - sequence: the point's place in its chain, from 0.
    ///   - isEncrypted: whether archive and list are; all of a chain are, or none.
    init(sequence: Int, isEncrypted: Bool = false) {
        ending = isEncrypted ? Self.encryptedSuffix : ""
        let digits = String(sequence)
        number = String(repeating: "0", count: max(0, Self.sequenceLength - digits.count)) + digits
    }

    var archive: String { number + Self.archiveSuffix + ending }
    var manifest: String { number + Self.listingSuffix + ending }
    /// Of the list in the clear.
    var listing: String { number + Self.listingSuffix }
    var record: String { number + Self.recordSuffix }
    /// The mark that no rule removes the point.
    var pin: String { number + Self.pinSuffix }
    /// All that may lie beside the record, encrypted or not.
    var beside: [String] { Self.suffixes.filter { $0 != Self.recordSuffix }.map { number + $0 } }

    /// Whether a file with this name is encrypted.
    static func isEncrypted(_ name: String) -> Bool { name.hasSuffix(encryptedSuffix) }

    /// Whether this is the name of an encrypted archive.
    static func isEncryptedArchive(_ name: String) -> Bool { name.hasSuffix(archiveSuffix + encryptedSuffix) }

    /// The place in the chain that a name of ours begins with.
    static func sequence(of name: String) -> Int? { Int(name.prefix(sequenceLength)) }

    /// Whether a name has the form of one of ours; nothing else is ever removed.
    static func isPointFile(_ name: String) -> Bool {
        name.prefix(sequenceLength).allSatisfy(\.isNumber) && suffixes.contains(String(name.dropFirst(sequenceLength)))
    }
}
