/// An instant as the file system keeps it: whole seconds since 1970 UTC, before that negative, plus nanoseconds counted forward.
package struct FileTime: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01 UTC; negative before.
    package let seconds: Int64
    /// 0...999_999_999, added to the seconds also when they are negative.
    package let nanoseconds: UInt32

    /// Takes both parts as `statx` gives them.
    package init(seconds: Int64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Earlier first.
    package static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
