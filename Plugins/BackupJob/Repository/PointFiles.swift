/// The names of a point's files in its chain's folder.
struct PointFiles {
    /// Digits in front of each name.
    static let sequenceLength = 4
    /// The ending of the file that makes a point one.
    static let recordSuffix = ".point.json"
    private static let suffixes = [".tar.zst", ".manifest.zst", recordSuffix, pinSuffix]
    private static let pinSuffix = ".pin"

    private let number: String

    /// - Parameter sequence: the point's place in its chain, from 0.
    init(sequence: Int) {
        let digits = String(sequence)
        number = String(repeating: "0", count: max(0, Self.sequenceLength - digits.count)) + digits
    }

    var archive: String { number + ".tar.zst" }
    var manifest: String { number + ".manifest.zst" }
    var record: String { number + Self.recordSuffix }
    /// The mark that no rule removes the point.
    var pin: String { number + Self.pinSuffix }
    /// All but the record.
    var beside: [String] { [archive, manifest, pin] }

    /// Whether a name has the form of one of ours; nothing else is ever removed.
    static func isPointFile(_ name: String) -> Bool {
        name.prefix(sequenceLength).allSatisfy(\.isNumber) && suffixes.contains(String(name.dropFirst(sequenceLength)))
    }
}
