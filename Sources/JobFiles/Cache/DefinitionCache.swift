import CLinux
import CronSchedule
import Glibc

/// Definitions kept from an earlier load, so that a start reads only the files that changed.
///
/// The file holds values of variables that job files name, so nobody else may read it; a definition that took in what looks like a secret
/// is left out. It is never trusted beyond doubt: another
/// format, other kinds, damage or a foreign owner make it empty.
struct DefinitionCache: Sendable {
    /// Raised whenever the bytes or the meaning of a definition change.
    static let format: Int64 = 3
    /// The largest file of kept definitions that is read, in bytes.
    static let largest = 512 << 20
    /// A file that changed this shortly before it was read may change again without looking different.
    static let racySpan: Int64 = 2_000_000_000

    private static let magic: Int64 = 0x3153_464A_4341  // "ACJFS1"

    private let bytes: [UInt8]
    private let places: [String: Range<Int>]
    /// When the load that wrote this began, in nanoseconds since 1970.
    private let written: Int64

    /// Nothing kept.
    init() {
        bytes = []
        places = [:]
        written = 0
    }

    /// How many definitions are kept.
    var count: Int { places.count }

    /// Opens what an earlier load kept; empty when there is nothing, or nothing to rely on.
    /// - Parameter circumstances: a hash of all but the files that definitions depend on.
    static func open(path: String, circumstances: UInt64) -> DefinitionCache {
        do {
            let file = try OpenedFile.open(path: path)
            guard file.status.st_uid == geteuid(), file.status.st_mode & 0o077 == 0 else { return DefinitionCache() }
            return try DefinitionCache(bytes: file.read(limit: Self.largest), circumstances: circumstances)
        } catch {
            // A missing or unusable file costs time, not correctness: everything is read anew, and the file written anew.
            return DefinitionCache()
        }
    }

    private init(bytes: [UInt8], circumstances: UInt64) throws(DamagedBytes) {
        guard bytes.count > 8 else { throw DamagedBytes() }
        let body = bytes.count - 8
        var trailer = ByteReader(bytes, in: body..<bytes.count)
        guard UInt64(bitPattern: try trailer.integer()) == Self.checksum(of: bytes, length: body) else { throw DamagedBytes() }
        var reader = ByteReader(bytes, in: 0..<body)
        guard try reader.integer() == Self.magic, try reader.integer() == Self.format,
            UInt64(bitPattern: try reader.integer()) == circumstances
        else { throw DamagedBytes() }
        written = try reader.integer()
        var places: [String: Range<Int>] = [:]
        for _ in 0..<(try reader.count()) {
            let path = try reader.text()
            let length = try reader.count()
            let start = try reader.skip(length)
            places[path] = start..<(start + length)
        }
        self.places = places
        self.bytes = bytes
    }

    /// What was kept of the file at `path`, if the file is still the one that was read.
    func definition(path: String, identity: FileIdentity, environment: [String: String]) -> KeptDefinition? {
        guard let place = places[path], isSettled(identity) else { return nil }
        var reader = ByteReader(bytes, in: place)
        let kept: KeptDefinition
        do {
            kept = try reader.kept(path: path)
        } catch {
            return nil  // Then the file itself is read.
        }
        guard kept.identity == identity else { return nil }
        for variable in kept.variables where KeptDefinition.hash(of: environment[variable.name]) != variable.hash { return nil }
        if let file = kept.environmentFile {
            var status = stat()
            guard isSettled(file.identity), stat(file.path, &status) == 0, FileIdentity(status) == file.identity else { return nil }
        }
        return kept
    }

    private func isSettled(_ identity: FileIdentity) -> Bool { max(identity.modified, identity.changed) < written - Self.racySpan }

    /// The bytes of one definition in a file of them.
    static func bytes(of definition: KeptDefinition) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(definition)
        return writer.bytes
    }

    /// The bytes of a file of kept definitions, each as its own bytes.
    static func bytes(of kept: [(path: String, definition: [UInt8])], circumstances: UInt64, now: Instant) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(magic)
        writer.write(format)
        writer.write(circumstances)
        writer.write(now.milliseconds * 1_000_000)
        writer.write(kept) { writer, entry in
            writer.write(entry.path)
            writer.write(entry.definition.count)
            writer.append(entry.definition)
        }
        let sum = checksum(of: writer.bytes, length: writer.bytes.count)
        writer.write(sum)
        return writer.bytes
    }

    private static func checksum(of bytes: [UInt8], length: Int) -> UInt64 {
        var hash = Checksum()
        bytes.withUnsafeBytes { hash.combine(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
        return hash.value
    }
}
