import Glibc

/// Text for people, which the launcher keeps in `stderr.log`.
enum StandardError {
    static func write(_ text: String) {
        let line = Array((text + "\n").utf8)
        // Nobody is left to hear that standard error cannot be written.
        _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
