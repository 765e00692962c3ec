import CLinux
import Daemon
import Glibc

/// Standard output and standard error.
enum Console {
    /// Whether standard output is a terminal.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether to use colour: on a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal is dumb; and where
    /// CLICOLOR_FORCE asks for it (https://bixense.com/clicolors).
    static var usesColour: Bool {
        if let forced = getenv("CLICOLOR_FORCE"), forced.pointee != 0, forced.pointee != CChar(UInt8(ascii: "0")) { return true }
        return isTerminal && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true) && !isDumb
    }

    private static var isDumb: Bool { getenv("TERM").map { String(cString: $0) == "dumb" } ?? true }

    /// The terminal's width in columns; without one that of the caller that a daemon answers, else 100.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return namedWidth ?? 100 }
        return Int(size.ws_col)
    }

    /// The terminal's height in lines; without one that of the first ones.
    static var height: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// The width of the caller's terminal, where this program answers for a daemon.
    static var namedWidth: Int? {
        getenv("ACORE_SCHED_WIDTH").flatMap { Int(String(cString: $0)) }.flatMap { (20...10_000).contains($0) ? $0 : nil }
    }

    /// Writes a line to standard output.
    static func print(_ text: String) { CronOutput().write(text + "\n") }

    /// Writes one or more lines to standard error, without what could steer a terminal: they may repeat words of anybody's.
    static func complain(_ text: String) { CronOutput().complain(HarmlessText.lines(text) + "\n") }
}
