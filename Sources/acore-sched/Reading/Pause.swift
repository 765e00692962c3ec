import Glibc

/// Waiting, for commands that can only look again.
enum Pause {
    /// A quarter of a second.
    static func quarter() { _ = poll(nil, 0, 250) }
}
