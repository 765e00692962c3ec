import Synchronization

/// Bytes that come piece by piece from another thread.
final class Pieces: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func append(_ piece: [UInt8]) { bytes.withLock { $0 += piece } }

    var all: [UInt8] { bytes.withLock { $0 } }
}
