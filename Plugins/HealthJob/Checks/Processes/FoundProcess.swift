import Glibc
import JobKit

/// A process, and what could be learnt of it.
struct FoundProcess: Sendable {
    let stat: ProcessStat
    /// Bytes, and where that was read.
    let memory: (bytes: Int64, source: String)?
    let shared: Int64?
}

/// Why a process cannot be looked at.
enum ProcessAbsence: Error {
    /// It does not run: critical.
    case dead(String)
    /// It runs, and may not be looked at.
    case hidden(String)
    /// Not known whether it runs.
    case unknown(String)
}

/// Looks a process up by its number.
struct ProcessLookup {
    let root: String

    /// What runs under the number.
    func stat(of pid: Int32) throws(ProcessAbsence) -> ProcessStat {
        let path = "\(root)/proc/\(pid)/stat"
        let found: ProcessStat?
        do throws(ReadError) {
            found = ProcessStat(try SmallFile.text(path))
        } catch {
            switch error.code {
            // ESRCH: it ended while its file was open.
            case ENOENT, ESRCH: throw absence(of: pid)
            case EACCES, EPERM: throw .hidden("process \(pid) runs, and \(error)")
            case _: throw .unknown("\(error)")
            }
        }
        guard let found else { throw .unknown("\(path) is no line of a process") }
        guard !found.isDead else { throw .dead("process \(pid) has ended, and nobody has collected it (state \(found.state))") }
        return found
    }

    /// There is no entry in /proc: the process is gone, or hidden (ProtectProc=, hidepid=).
    private func absence(of pid: Int32) -> ProcessAbsence {
        if root.isEmpty, kill(pid, 0) == 0 || errno == EPERM {
            return .hidden("process \(pid) runs, and /proc does not show it to this job")
        }
        return .dead("there is no process \(pid)")
    }

    /// Its memory, by the best source that may be read.
    func found(_ stat: ProcessStat) -> FoundProcess {
        let folder = "\(root)/proc/\(stat.pid)"
        do throws(ReadError) {
            let table = KernelTable(try SmallFile.text(folder + "/smaps_rollup"))
            if let resident = table["Rss"] {
                return FoundProcess(
                    stat: stat, memory: (resident * 1024, "Rss of \(folder)/smaps_rollup"), shared: table["Pss"].map { $0 * 1024 })
            }
        } catch {
            // Only for its owner and root; the next file is for all.
        }
        do throws(ReadError) {
            let table = KernelTable(try SmallFile.text(folder + "/status"))
            return FoundProcess(stat: stat, memory: table["VmRSS"].map { ($0 * 1024, "VmRSS of \(folder)/status") }, shared: nil)
        } catch {
            return FoundProcess(stat: stat, memory: nil, shared: nil)
        }
    }

    /// Whether the process is the one that is meant.
    /// - Returns: why not, or what could not be compared.
    func mismatch(_ stat: ProcessStat, _ target: ProcessTarget) -> (reason: String, isCertain: Bool)? {
        let folder = "\(root)/proc/\(stat.pid)"
        if let executable = target.executable {
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { readlink(folder + "/exe", $0, text.count) } ?? -1 }
            }
            if count < 0 { return ("its program cannot be read: \(String(cString: strerror(errno)))", false) }
            let path = String(decoding: buffer[..<count], as: UTF8.self)
            // A program that was replaced by its upgrade is still the same one.
            guard path == executable || path == executable + " (deleted)" else { return ("it runs \(path), not \(executable)", true) }
        }
        if let command = target.command {
            do throws(ReadError) {
                let words = try SmallFile.bytes(folder + "/cmdline").split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
                let line = words.joined(separator: " ")
                guard line.contains(command) else {
                    return ("its command line is \(Redaction.line(line, bound: 200)), without \(command)", true)
                }
            } catch {
                return ("\(error)", false)
            }
        }
        return nil
    }
}
