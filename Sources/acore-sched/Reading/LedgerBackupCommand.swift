import ArgumentParser
import CLinux
import Daemon
import Foundation
import Ledger

/// `ledger backup FILE`: a whole copy of the ledger, also beside a running daemon.
struct LedgerBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the ledger as it is now into one file.",
        discussion: """
            The copy stands alone and only its owner may read it; the daemon goes on
            meanwhile. A file of that name is replaced when the copy is whole. It needs
            the rights to read the state folder (root, or the daemon's user).
            docs/ledger.md says how to put one back.

            EXAMPLES:
              acore-sched ledger backup /backup/ledger.sqlite

            EXIT CODES: 0 copied, 1 failed, 2 usage, 4 there is no ledger, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Where the copy goes.", completion: .file())
    var file: String

    func run() async throws {
        try await reportingErrors {
            let state = try Site(locations: global.locations).locations.stateDirectory
            try refuse(copyOver: "\(state)/\(Ledger.fileName)")
            do throws(LedgerError) {
                let ledger = try Ledger.openForReading(in: state)
                try ledger.backUp(to: file)
                try ledger.close()
            } catch .missing(let path) where path.hasPrefix(state) {
                throw DaemonError(
                    "there is no ledger in \(state)", fix: "start the daemon once, or name its state directory with --state-dir",
                    category: .notFound)
            } catch {
                throw DaemonError(error)
            }
        }
    }

    /// A copy never takes the place of the ledger itself, nor of a folder.
    private func refuse(copyOver ledger: String) throws(DaemonError) {
        var target = stat()
        var original = stat()
        guard stat(file, &target) == 0, stat(ledger, &original) == 0 else { return }
        let isLedger = target.st_dev == original.st_dev && target.st_ino == original.st_ino
        guard target.st_mode & S_IFMT != S_IFREG || isLedger else { return }
        throw DaemonError(
            "the copy cannot be \(file): that is \(isLedger ? "the ledger itself" : "not a regular file")",
            fix: "name a new file, or an earlier copy", category: .usage)
    }
}
