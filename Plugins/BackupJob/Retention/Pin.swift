import FoundationEssentials
import JobKit

/// A mark beside a point that no rule removes it.
struct Pin: Codable, Hashable, Sendable {
    /// Bytes of the file.
    private static let sizeLimit = 4096
    /// Bytes of a reason.
    static let reasonLimit = 400

    /// What somebody wanted it for; may be empty.
    let reason: String
    let since: Date

    /// The pin of a point; nil when it has none.
    /// - Returns: a pin of its own words for one that cannot be read: a mark that is there counts.
    static func read(_ name: String, in chain: StoreFolder) throws(BackupError) -> Pin? {
        guard let bytes = try chain.read(name, limit: sizeLimit) else { return nil }
        let read = Result { try WireCoding.decoder().decode(Pin.self, from: Data(bytes)) }
        if case .success(let pin) = read { return pin }
        return Pin(reason: "its mark \(name) cannot be read", since: Date(timeIntervalSince1970: 0))
    }

    /// Sets the mark, or changes its reason.
    func write(_ name: String, in chain: StoreFolder, of repository: Repository) throws(BackupError) {
        try repository.replace(name, in: chain, with: try JSONBytes.of(self))
    }
}
