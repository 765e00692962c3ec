import FoundationEssentials
import Glibc

/// Reads the records of a run's folder.
enum RunRecords {
    /// No record is longer, see RECORD_BOUND in the launcher.
    static let recordBound = 4096

    /// The record at `path`; nil = there is none.
    /// - Throws: ``RunnerError/damagedRecord(path:problem:)`` for a file that is not what the launcher writes.
    static func read<Record: Decodable>(_ type: Record.Type, at path: String) throws(RunnerError) -> Record? {
        guard let bytes = try bytes(at: path) else { return nil }
        guard bytes.count <= recordBound else {
            throw .damagedRecord(path: path, problem: "longer than \(recordBound) bytes")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .damagedRecord(path: path, problem: "not the JSON of version 1: \(error)")
        }
    }

    /// Writes a record of ours whole or not at all. It says something of processes, so it need not outlive the machine: no sync.
    static func write(_ record: some Encodable, to path: String) throws(RunnerError) {
        let bytes: Data
        do {
            bytes = try JSONEncoder().encode(record)
        } catch {
            throw .damagedRecord(path: path, problem: "it cannot be written as JSON: \(error)")
        }
        let fix = "check the rights and the free space of its folder"
        let new = path + ".new"
        let file = try Descriptor.open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600, fix: fix)
        let count = bytes.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw .last("write", new, fix: fix) }
        guard rename(new, path) == 0 else { throw .last("rename", new, fix: fix) }
    }

    /// At most one byte more than a record may have.
    private static func bytes(at path: String) throws(RunnerError) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if number < 0 && errno == ENOENT { return nil }
        guard number >= 0 else { throw .last("open", path, fix: "run as the user who owns the state directory") }
        return try Descriptor(number).block(at: 0, atMost: recordBound + 1, path: path)
    }
}
