import FileTree

/// Memory for content on its way, and zeros for holes.
final class ReadBuffer {
    /// Bytes read at a time; files up to this size are read whole before their header is written.
    static let size = 1 << 20

    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
    private let zeroMemory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)

    private let meter: ReadMeter

    /// - Parameter meter: told of all that is read.
    init(meter: ReadMeter) {
        self.meter = meter
        zeroMemory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        memory.deallocate()
        zeroMemory.deallocate()
    }

    /// Up to ``size`` bytes of zeros.
    func zeros(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: zeroMemory[..<count])
    }

    /// Reads into the memory, which holds the bytes until the next read.
    /// - Returns: fewer than `count` bytes only where the file ends.
    func read(_ count: Int, of file: HeldDescriptor, at offset: Int64) throws(FileTreeError) -> UnsafeRawBufferPointer {
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
        let filled = try file.read(into: room, at: offset)
        meter.noteRead(filled)
        return UnsafeRawBufferPointer(rebasing: room[..<filled])
    }
}
