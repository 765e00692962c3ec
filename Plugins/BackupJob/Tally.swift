/// What a point holds, in numbers.
struct Tally: Hashable, Sendable {
    /// Entries of every type.
    var entries = 0
    /// Regular files, other names of one file not counted.
    var files = 0
    /// Bytes of content before compression.
    var bytes: Int64 = 0
    /// Entries left out by patterns and size.
    var excluded = 0
    /// Databases stored as consistent copies.
    var databases = 0
    /// Files gone between the listing of their folder and their reading.
    var vanished = 0
    /// Sockets, caches and mounts left out.
    var skipped = 0
}
