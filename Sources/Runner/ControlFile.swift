import Glibc

/// The small files by which the kernel shows and takes settings.
enum ControlFile {
    private static let bound = 1 << 20

    /// The whole text; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(number)
        var all: [UInt8] = []
        while all.count < bound {
            let chunk = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
                count = max(0, Glibc.read(file.number, buffer.baseAddress, 16384))
            }
            if chunk.isEmpty { break }
            all += chunk
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// Writes in one call, as the kernel wants it.
    static func write(_ text: String, to path: String) throws(RunnerError) {
        let file = try Descriptor.open(path, O_WRONLY, fix: "check that Delegate=yes stands in the service's unit")
        let bytes = Array(text.utf8)
        guard Glibc.write(file.number, bytes, bytes.count) == bytes.count else {
            throw .last("write \"\(text)\" to", path, fix: "check that Delegate=yes stands in the service's unit")
        }
    }
}
