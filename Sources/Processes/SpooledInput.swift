import CLinux
import Glibc

/// Bytes for the standard input of a program, held in memory: unlike a pipe it cannot fill up, and nobody has to write while the program runs.
package final class SpooledInput: Sendable {
    /// At its beginning; closed with this value.
    let number: Int32

    /// - Throws: errno of what the system refused.
    package init(_ bytes: [UInt8]) throws(SpawnFailure) {
        number = linux_memfd_create("input", 1 /* MFD_CLOEXEC, memfd_create(2) */)
        guard number >= 0 else { throw SpawnFailure(code: errno) }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { write(number, $0.baseAddress?.advanced(by: offset), $0.count - offset) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SpawnFailure(code: errno) }
            offset += count
        }
        lseek(number, 0, SEEK_SET)
    }

    deinit { if number >= 0 { close(number) } }
}
