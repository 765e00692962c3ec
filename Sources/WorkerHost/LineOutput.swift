import FoundationEssentials
import Glibc
import JobKit
import Synchronization

/// The worker's standard output as lines of the wire, each written whole whatever thread it comes from.
final class LineOutput: Sendable {
    private let descriptor: Int32
    private let lock = Mutex(())

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Keeps the real standard output for the wire and lets descriptor 1 lead to standard error,
    /// so that a stray `print` of a library becomes a log line and not a broken wire line.
    static func takingOverStandardOutput() -> LineOutput {
        let kept = fcntl(1, F_DUPFD_CLOEXEC, 3)
        guard kept >= 0 else { return LineOutput(descriptor: 1) }
        dup2(2, 1)
        return LineOutput(descriptor: kept)
    }

    /// Writes one line.
    /// - Returns: false when nobody reads any more.
    @discardableResult
    func write(line: [UInt8]) -> Bool { (line + [UInt8(ascii: "\n")]).withUnsafeBytes { write(bytes: $0) } }

    /// Writes bytes as they are.
    /// - Returns: false when nobody reads any more.
    func write(bytes: UnsafeRawBufferPointer) -> Bool {
        lock.withLock { _ in
            var rest = bytes
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
    }

    /// Writes a value as one line of JSON.
    /// - Returns: false when it cannot be encoded, which is said on standard error, or nobody reads.
    @discardableResult
    func write(encodable value: some Encodable) -> Bool {
        do {
            return write(line: Array(try WireCoding.encoder().encode(value)))
        } catch {
            StandardError.write("cannot write a line of JSON: \(error)")
            return false
        }
    }

    /// Writes an event as one line of the wire.
    func write(_ event: WireEvent) {
        do {
            write(line: try event.line())
        } catch {
            StandardError.write("cannot write an event of a job: \(error)")
        }
    }
}
