import Foundation
import Glibc
import Testing

/// A terminal of a chosen width that a process writes to.
struct Terminal {
    /// TIOCSPTLCK and TIOCGPTPEER, see ioctl_tty(2); Swift does not see macros that compute.
    private static let setLock: UInt = 0x4004_5431
    private static let openPeer: UInt = 0x5441

    private let primary: Int32
    private let secondary: Int32

    init(columns: Int) throws {
        primary = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var locked: Int32 = 0
        try #require(primary >= 0 && ioctl(primary, Self.setLock, &locked) == 0)
        secondary = ioctl(primary, Self.openPeer, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(secondary >= 0)
        var size = winsize()
        size.ws_col = UInt16(columns)
        size.ws_row = 24
        try #require(ioctl(secondary, UInt(TIOCSWINSZ), &size) == 0)
    }

    /// Runs the process with its standard output on the terminal.
    /// - Parameter steps: what is done when a text has been printed, one after the other.
    /// - Returns: what it printed, with plain line feeds.
    func show(_ process: Process, doing steps: [(after: String, act: () throws -> Void)] = []) throws -> String {
        process.standardOutput = FileHandle(fileDescriptor: secondary, closeOnDealloc: false)
        process.standardError = FileHandle.nullDevice
        try process.run()
        close(secondary)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        // The end of a terminal without writers is EIO.
        var rest = steps[...]
        while case let count = read(primary, &block, block.count), count > 0 {
            bytes += block[..<count]
            guard let step = rest.first, String(decoding: bytes, as: UTF8.self).contains(step.after) else { continue }
            rest = rest.dropFirst()
            try step.act()
        }
        close(primary)
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}
