import Glibc

/// The files that a log was before its last rotations.
struct RotatedFiles {
    /// Files that are open at one time; those that came after them are read by the next look.
    static let bound = 32
    /// How often the folder is read again when it changes just then.
    private static let attempts = 3

    /// A file, and where it is read from.
    typealias Part = (file: LogFile, offset: Int64)

    private struct Candidate {
        let name: String
        let status: stat

        func isLater(than other: Candidate) -> Bool {
            let (own, others) = (status.st_mtim, other.status.st_mtim)
            return (own.tv_sec, own.tv_nsec) > (others.tv_sec, others.tv_nsec)
        }
    }

    private let folder: String
    private let name: String

    /// - Parameter path: of the log.
    init(path: String) {
        let slash = path.lastIndex(of: "/")
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The file that was read last, under the name that it has now, and those that came after it, oldest first.
    /// - Parameter current: the log's file of now, which is none of them.
    /// - Returns: nothing when the one that was read last is gone.
    func parts(since place: LogPlace, current: LogFile) -> [Part] {
        for _ in 0..<Self.attempts {
            let candidates = candidates()
            guard let former = candidates.first(where: { place.isOf($0.status) }) else { return [] }
            let later = candidates.filter { candidate in
                Self.isNumbered(candidate.name.dropFirst(name.count)) && candidate.isLater(than: former)
                    && !Self.isSame(candidate.status, current.status)
            }.sorted { $1.isLater(than: $0) }
            let files = ([former] + later).prefix(Self.bound).map { open($0) }
            // One whose name leads elsewhere by now was renamed meanwhile.
            guard !files.contains(where: { $0 == nil }) else { continue }
            let parts = files.compactMap(\.self).enumerated().map { (file: $0.element, offset: $0.offset == 0 ? place.offset : 0) }
            guard let first = parts.first?.file, first.size >= place.offset, place.begins(as: first.head) else { return [] }
            return parts
        }
        return []
    }

    private func open(_ candidate: Candidate) -> LogFile? {
        let opened = Result { () throws(LogFile.Failure) in try LogFile(path: "\(folder)/\(candidate.name)") }
        // One that cannot be read is as good as gone, and the gap is said.
        guard case .success(let file) = opened, Self.isSame(file.status, candidate.status) else { return nil }
        return file
    }

    private func candidates() -> [Candidate] {
        guard let opened = opendir(folder) else { return [] }
        defer { closedir(opened) }
        var found: [Candidate] = []
        while let entry = readdir(opened) {
            let file = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard file != name, file.hasPrefix(name), !Self.isPacked(file) else { continue }
            var status = stat()
            guard stat("\(folder)/\(file)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            found.append(Candidate(name: file, status: status))
        }
        return found
    }

    private static func isSame(_ one: stat, _ other: stat) -> Bool { one.st_ino == other.st_ino && one.st_dev == other.st_dev }

    private static func isPacked(_ name: String) -> Bool { [".gz", ".xz", ".zst", ".bz2"].contains { name.hasSuffix($0) } }

    /// `.1`, `-20270131`
    private static func isNumbered(_ suffix: Substring) -> Bool {
        (suffix.hasPrefix(".") || suffix.hasPrefix("-")) && suffix.count > 1 && suffix.dropFirst().allSatisfy { $0.isNumber || $0 == "-" }
    }
}
