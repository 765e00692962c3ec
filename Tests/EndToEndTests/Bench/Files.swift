import Foundation
import Glibc

/// Small files, read whole; one that is not there is empty.
enum Files {
    static func bytes(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &chunk, chunk.count), count > 0 { all += chunk[..<count] }
        return all
    }

    static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

    static func lines(_ path: String) -> [String] { text(path).split(separator: "\n").map(String.init) }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Where a symbolic link points; one that is not there points nowhere.
    static func target(_ path: String) -> String {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = max(0, readlink(path, &target, target.count))
        return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// All plain files below a folder.
    static func below(_ folder: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
        return walk.compactMap { $0 as? String }.map { "\(folder)/\($0)" }.filter { path in
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// Fills a disk to its last block with a file.
    static func fillDisk(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        for size in [1 << 16, 4096, 1] {
            let block = [UInt8](repeating: 1, count: size)
            while write(descriptor, block, size) > 0 {}
        }
    }
}
