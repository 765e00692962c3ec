import CLinux
import Glibc

/// Standard output and standard error.
enum Console {
    /// Whether standard output is a terminal.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether to use colour: on a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal is dumb.
    static var usesColour: Bool { isTerminal && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true) && !isDumb }

    private static var isDumb: Bool { getenv("TERM").map { String(cString: $0) == "dumb" } ?? true }

    /// The terminal's width in columns; 100 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    /// Writes a line to standard output.
    static func print(_ text: String) { CronOutput().write(text + "\n") }

    /// Writes a line to standard error.
    static func complain(_ text: String) { CronOutput().complain(text + "\n") }
}
