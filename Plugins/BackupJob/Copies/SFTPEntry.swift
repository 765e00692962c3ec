/// A line of a folder's listing, as SFTP servers write it: the form of `ls -l`.
struct SFTPEntry {
    let name: String
    let isFolder: Bool
    let size: Int64

    /// - Returns: nil for links, other lines, and names with blanks, which none of ours has.
    init?(line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        // Counted from the end: names of users and groups may have blanks.
        guard words.count >= 6, let type = line.first, type == "d" || type == "-", let name = words.last,
            let size = Int64(words[words.count - 5])
        else { return nil }
        self.name = String(name)
        self.size = size
        isFolder = type == "d"
    }
}
