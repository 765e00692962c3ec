import Glibc

/// Waiting, for commands that can only look again.
enum Pause {
    /// A quarter of a second.
    static func quarter() {
        var pause = timespec()
        pause.tv_nsec = 250_000_000
        nanosleep(&pause, nil)
    }
}
