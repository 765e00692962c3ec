import GRDB
import Glibc

extension Ledger {
    /// Reads the whole ledger and compares its parts (`quick_check`); slow for a large one, holds up no writer.
    ///
    /// A ledger with findings is set aside by the next opening for writing.
    /// - Returns: what is wrong, at most ``findingBound`` lines; empty when nothing is.
    package func integrityCheck() throws(LedgerError) -> [String] {
        do {
            let lines = try read { database in
                try String.fetchAll(database, sql: "PRAGMA quick_check(\(Self.findingBound))")
            }
            guard lines != ["ok"] else { return [] }
            do throws(LedgerError) {
                try distrust(because: lines.first ?? "")
                return lines
            } catch {
                return lines + ["this cannot be kept in mind: \(error.problem)"]
            }
        } catch .damaged(_, let reason) {
            return [reason]
        }
    }

    /// Lines of ``integrityCheck()``, at most.
    package static let findingBound = 20

    /// Copies the ledger as it is now to `path`, one file that stands alone, readable by its owner only.
    ///
    /// A file of that name is replaced at the end, when the copy is whole and on the disk; the daemon goes on meanwhile.
    package func backUp(to path: String) throws(LedgerError) {
        let unfinished = path + ".partial"
        try LedgerFiles.remove(unfinished)
        try LedgerFiles.createEmpty(unfinished)
        do throws(LedgerError) {
            try fill(unfinished)
            try LedgerFiles.synchronize(unfinished)
            guard rename(unfinished, path) == 0 else { throw LedgerError(errno: errno, path: path) }
            try LedgerFiles.synchronize(LedgerFiles.folder(of: path))
        } catch {
            // The first error is the one to tell; the next copy of that name takes away what this one leaves.
            for member in LedgerFiles.members(of: unfinished) { unlink(member) }
            throw error
        }
    }

    private func fill(_ target: String) throws(LedgerError) {
        do {
            let queue = try DatabaseQueue(path: target)
            try copy(into: queue)
            // A copy says WAL in its header, and would need two more files as soon as somebody looks at it.
            try queue.writeWithoutTransaction { database in
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
        } catch {
            throw LedgerError(error, path: target)
        }
    }
}
