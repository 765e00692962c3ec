import CLinux

/// The cipher's library makes and frees blocks of 64 KiB for each chunk.
enum CipherMemory {
    /// Lets the allocator keep them: else it gives each one back to the kernel and asks for it anew, which costs more than the cipher
    /// itself. It holds for the whole process, which is one run's.
    static func keep() { linux_keep_memory() }
}
