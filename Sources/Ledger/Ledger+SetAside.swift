package import CronSchedule
import FoundationEssentials

extension Ledger {
    /// Damaged ledgers that lie in a state directory, oldest first; their names say when they were set aside.
    package static func setAsideFiles(in stateDirectory: String) -> [(path: String, at: Instant)] {
        let prefix = LedgerFiles(directory: stateDirectory).path.split(separator: "/").last.map { "\($0).damaged-" } ?? ""
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: stateDirectory)
        } catch {
            return []  // Whoever may not list the folder may not read the ledger either, and that is said.
        }
        return names.filter { $0.hasPrefix(prefix) }.compactMap { name in
            moment(inStamp: name.dropFirst(prefix.count)).map { ("\(stateDirectory)/\(name)", $0) }
        }.sorted { $0.1 < $1.1 }
    }

    /// Reads `20270101T020000Z`; nil for names of a log and its index.
    private static func moment(inStamp text: Substring) -> Instant? {
        guard let end = text.firstIndex(of: "Z"), text[text.index(after: end)...].allSatisfy({ $0.isNumber || $0 == "-" }) else {
            return nil
        }
        let digits = Array(text[..<end])
        guard digits.count >= 15 else { return nil }
        let date = "\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6..<8]))"
        let time = "\(String(digits[9..<11])):\(String(digits[11..<13])):\(String(digits[13...]))"
        return Instant(iso8601: "\(date)T\(time)Z")
    }
}
