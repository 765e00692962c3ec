import Archive
import FileTree

/// The file `checksums` in the form of `sha256sum`, made anew from the records of all points, so that it never lacks or invents one.
struct ChecksumList {
    /// Writes it when it differs from what is there.
    static func refresh(in repository: Repository) throws(BackupError) {
        var lines: Set<String> = []
        for data in try repository.groupFolders() {
            let prefix = data.path.bytes.dropFirst(repository.root.path.bytes.count).drop { $0 == UInt8(ascii: "/") }
            let relative = String(decoding: prefix, as: UTF8.self)
            for (chain, record) in try repository.points(in: data) {
                let folder = try data.folder(chain)
                let name = PointFiles(sequence: record.sequence).record
                let own = try folder.read(name, limit: 65_536) ?? []
                for file in [record.archive, record.manifest].compactMap(\.self) {
                    lines.insert("\(file.sha256)  \(relative)/\(chain)/\(file.file)")
                }
                lines.insert("\(ContentDigest(of: own))  \(relative)/\(chain)/\(name)")
            }
        }
        let text = Array(lines.sorted { $0.dropFirst(64) < $1.dropFirst(64) }.map { $0 + "\n" }.joined().utf8)
        if try repository.root.read("checksums", limit: text.count + 1) != text { try repository.replace("checksums", with: text) }
    }
}
