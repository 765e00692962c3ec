/// What a point holds, in numbers.
struct Tally: Hashable, Sendable {
    /// Entries of every type.
    var entries = 0
    /// Regular files, other names of one file not counted.
    var files = 0
    /// Bytes of content before compression.
    var bytes: Int64 = 0
    /// Of the files, those that this archive holds.
    var storedFiles = 0
    /// Of the bytes, those that this archive holds.
    var storedBytes: Int64 = 0
    /// Entries that the parent has and the tree no longer has; what was in a folder that went is not counted.
    var removed = 0
    /// Files whose content changed though nothing says that somebody changed it.
    var alarms = 0
    /// Entries left out by patterns and size.
    var excluded = 0
    /// Databases stored as consistent copies.
    var databases = 0
    /// Files gone between the listing of their folder and their reading.
    var vanished = 0
    /// Sockets, caches and mounts left out.
    var skipped = 0

    /// Counts a file of which the archive holds some blocks.
    mutating func addPatched(_ size: Int64, stored: Int64) {
        files += 1
        bytes += size
        storedFiles += 1
        storedBytes += stored
    }

    /// Counts a file that the archive holds.
    mutating func addStored(_ size: Int64) {
        files += 1
        bytes += size
        storedFiles += 1
        storedBytes += size
    }
}
