/// Room for a chunk, given back also where an initialiser throws.
final class ChunkBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(size: Int) {
        bytes = .allocate(byteCount: size, alignment: 64)
    }

    deinit {
        bytes.deallocate()
    }
}
