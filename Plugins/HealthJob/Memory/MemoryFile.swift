import FoundationEssentials
import Glibc
import JobKit

/// Why what the checks remember could not be kept.
struct MemoryFileError: Error, CustomStringConvertible {
    let path: String
    let step: String
    let reason: String

    var description: String {
        "cannot \(step) \(path): \(reason); rates of the next run are taken since the run before this one"
    }
}

/// What checks remember, as one JSON file in the job's state folder. It is written under a new name and takes the place of the old one whole.
struct MemoryFile {
    let path: String

    init(folder: String) { path = folder + "/health.json" }

    /// Reads what the checks remember. What cannot be used is left aside, and told.
    func read(for checks: [any HealthCheck]) -> (memory: CheckMemory, complaints: [String]) {
        let bytes: [UInt8]
        do throws(ReadError) {
            bytes = try SmallFile.bytes(path, flags: O_NOFOLLOW)
        } catch {
            return ([:], error.isAbsent ? [] : ["\(error); all samples begin anew"])
        }
        do {
            let read = try JSONDecoder().decode(MemoryContent.Read.self, from: Data(bytes), configuration: checks)
            guard read.isOurs else { return ([:], ["\(path) is not one of this release: all samples begin anew"]) }
            return (read.memory, read.damaged.map { "\(path): the part of \($0.name) is damaged, its samples begin anew: \($0.error)" })
        } catch {
            return ([:], ["\(path) is damaged, all samples begin anew: \(error)"])
        }
    }

    func write(_ memory: CheckMemory) throws(MemoryFileError) {
        let bytes: [UInt8]
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            bytes = Array(try encoder.encode(MemoryContent.Written(memory: memory))) + [UInt8(ascii: "\n")]
        } catch {
            throw MemoryFileError(path: path, step: "encode", reason: "\(error)")
        }
        let new = path + ".new"
        // Left by a run that was killed while it wrote.
        unlink(new)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", new) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, named: new)
        guard fsync(descriptor) == 0 else { throw failure("write out", new) }
        guard rename(new, path) == 0 else { throw failure("put in place", path) }
        try syncFolder()
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws(MemoryFileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", name) }
            rest = rest.dropFirst(count)
        }
    }

    /// The new name lasts once its folder is on the disk.
    private func syncFolder() throws(MemoryFileError) {
        let folder = String(path.dropLast("/health.json".count))
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("write out", folder) }
    }

    private func failure(_ step: String, _ name: String) -> MemoryFileError {
        MemoryFileError(path: name, step: step, reason: String(cString: strerror(errno)))
    }
}
