import FoundationEssentials
import Glibc

/// A file with the number of a process.
struct PIDFile: Sendable, Hashable {
    /// A process that began so much later than its file was written, is another one; clocks are read at two moments.
    static let slack = 2.0

    let pid: Int32
    /// Seconds since 1970.
    let written: Double

    init(_ path: String) throws(ProcessAbsence) {
        var status = stat()
        let text: String
        do throws(ReadError) {
            text = try SmallFile.text(path)
        } catch {
            throw error.isAbsent ? ProcessAbsence.dead("there is no PID file \(path)") : ProcessAbsence.unknown("\(error)")
        }
        guard stat(path, &status) == 0 else { throw .unknown("\(ReadError(path: path, code: errno))") }
        guard let pid = Int32(text.split(separator: "\n").first.map { String($0).trimmed } ?? ""), pid > 0 else {
            throw .unknown("\(path) does not hold the number of a process")
        }
        self.pid = pid
        written = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    }

    init(pid: Int32, written: Double) {
        self.pid = pid
        self.written = written
    }

    /// Why the process is another one than that which wrote the file; nil when it is not.
    /// - Parameters:
    ///   - age: seconds since the process began.
    ///   - uptime: seconds since the boot.
    func strangeness(ofProcessAged age: Double, at now: Date, uptime: Double) -> String? {
        let fileAge = now.timeIntervalSince1970 - written
        if fileAge > uptime + Self.slack { return "the PID file is older than the boot: \(pid) is another process" }
        guard age + Self.slack < fileAge else { return nil }
        return "process \(pid) began \((fileAge - age).text(places: 0)) s after its PID file was written: it is another one"
    }
}
