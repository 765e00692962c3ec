import Archive
import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// Reads the listing of a point, an entry at a time.
final class ManifestReader {
    /// Bytes of one line, at the most; a path has 4 KiB.
    private static let maximumLine = 1 << 20

    /// What its first line says, as far as readers need it.
    struct Header: Decodable {
        /// A tree that was stored.
        struct Source: Decodable {
            let name: String
            let path: String
            let device: UInt64?
            let inode: UInt64?
        }

        let format: Int
        let point: String
        let chain: String
        let sequence: Int
        let started: Date
        let sources: [Source]
        /// Of the tags of large files' blocks.
        let blockKey: Data?

        private enum CodingKeys: String, CodingKey {
            case format, point, chain, sequence, started, sources
            case blockKey = "block_key"
        }
    }

    /// What its last line says.
    struct End: Decodable {
        let entries: Int
    }

    /// The first line.
    let header: Header
    /// The last line, once all entries are read.
    private(set) var end: End?
    private let path: PathBytes
    private let lines: LineReader
    private var lineNumber = 1

    /// Opens a manifest, after its bytes were compared with what the point's record says of them.
    convenience init(_ record: PointRecord, in chain: StoreFolder) throws(StoreDamage) {
        try self.init(record.manifest, in: chain)
    }

    /// As `init(_:in:)`, for a list that lies elsewhere.
    init(_ stored: PointRecord.StoredFile, in folder: StoreFolder) throws(StoreDamage) {
        let path = folder.path.appending(PathBytes(stored.file))
        func damage(_ reason: some CustomStringConvertible) -> StoreDamage { StoreDamage(path: path, reason: "\(reason)") }
        self.path = path
        do {
            let file = try folder.held.openFile(PathBytes(stored.file))
            let found = try StoredFileCheck.digest(of: file)
            guard found.size == stored.size, found.digest.description == stored.sha256 else {
                throw damage("its checksum is not that of its record")
            }
            lines = LineReader(try ZstdReader(source: StoredSource(file, stored.file, in: folder).read), limit: Self.maximumLine)
            guard let first = try lines.next({ Data($0) }) else { throw damage("it is empty") }
            header = try WireCoding.decoder().decode(Header.self, from: first)
        } catch let error as StoreDamage {
            throw error
        } catch let error as FileTreeError {
            throw damage(error.reason)
        } catch let error as any CustomStringConvertible {
            throw damage(error)
        } catch {
            throw damage("\(error)")
        }
        guard header.format == Repository.format else { throw damage("format \(header.format) is not known") }
    }

    /// The next entry; nil after the last one.
    func next() throws(StoreDamage) -> ManifestEntry? {
        while end == nil {
            lineNumber += 1
            let line: Result<Line, JSONScanner.Damage>?
            do throws(ArchiveError) {
                line = try lines.next { bytes in Result { () throws(JSONScanner.Damage) in try Line(bytes) } }
            } catch {
                throw StoreDamage(path: path, reason: "\(error)")
            }
            switch line {
            case nil: throw StoreDamage(path: path, reason: "it ends after line \(lineNumber - 1), before its last line")
            case .failure(let damage)?: throw StoreDamage(path: path, reason: "line \(lineNumber): \(damage.reason)")
            case .success(.entry(let entry))?: return entry
            case .success(.frame)?: continue
            case .success(.end(let last))?: end = last
            }
        }
        return nil
    }

    /// What is wrong with it.
    func damage(_ reason: String) -> StoreDamage { StoreDamage(path: path, reason: reason) }

    /// A line after the first one.
    private enum Line {
        case entry(ManifestEntry)
        case frame
        case end(End)

        init(_ bytes: UnsafeRawBufferPointer) throws(JSONScanner.Damage) {
            var scanner = JSONScanner(bytes)
            switch try scanner.nextKey() {
            case "path", "path_base64": self = .entry(try ManifestEntry(reading: bytes))
            case "frame": self = .frame
            case "ended":
                let end = Result { try WireCoding.decoder().decode(End.self, from: Data(bytes)) }
                switch end {
                case .success(let end): self = .end(end)
                case .failure(let error): throw JSONScanner.Damage(reason: "the last line cannot be read: \(error)")
                }
            case let key: throw JSONScanner.Damage(reason: "a line that begins with \(key ?? "nothing") is not known")
            }
        }
    }
}
