import FileTree
import FoundationEssentials

/// An entry of a manifest as a line for people.
enum EntryText {
    /// Mode, owner, size, time and path, as `ls -l` has them; what is doubtful in front.
    static func line(_ entry: ManifestEntry) -> String {
        guard let status = entry.status else { return "\(mark(entry)) \(entry.path)" }
        let owner = entry.owner.isEmpty ? "\(status.owner)" : entry.owner
        let group = entry.group.isEmpty ? "\(status.group)" : entry.group
        let time = Date(timeIntervalSince1970: Double(status.modified.seconds)).formatted(.iso8601)
        let octal = String(status.permissions, radix: 8)
        let mode = String(repeating: "0", count: max(0, 4 - octal.count)) + octal
        var line = "\(mark(entry))\(letter(status.type)) \(mode) \(owner):\(group) \(status.size) \(time) \(entry.path)"
        if let target = entry.target { line += " -> \(target)" }
        if let first = entry.firstName { line += " = \(first)" }
        return line
    }

    private static func mark(_ entry: ManifestEntry) -> String {
        switch entry.state {
        case .stored, .unchanged: " "
        case .changed, .raw, .incomplete: "~"
        case .unreadable: "!"
        }
    }

    private static func letter(_ type: EntryType) -> String {
        switch type {
        case .regular: "-"
        case .folder: "d"
        case .symbolicLink: "l"
        case .fifo: "p"
        case .characterDevice: "c"
        case .blockDevice: "b"
        case .socket: "s"
        }
    }
}
