import Glibc

/// The machine's cores that this process may use.
enum Processors {
    /// At least 1, at most 64.
    static var count: Int {
        min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 64)
    }
}
