import Glibc

/// Words for the kernel's error numbers.
enum ErrnoText {
    static func of(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
