import Foundation
import Testing

/// A disk that refuses for a while: nothing starts that the ledger does not hold, and afterwards all is as it should be.
@Suite(.ownThread, .enabled(if: Tracer.isThere, "needs strace"))
struct FailingDiskTests {
    struct Fault: CustomTestStringConvertible {
        let calls: String
        let error: String
        let text: String
        /// Whether the ledger needs the call; a run needs the others.
        let isOfLedger: Bool
        var testDescription: String { "\(calls) \(error)" }
    }

    @Test(arguments: [
        Fault(calls: "fdatasync,fsync", error: "EIO", text: "disk I/O error", isOfLedger: true),
        Fault(calls: "pwrite64", error: "EIO", text: "disk I/O error", isOfLedger: true),
        Fault(calls: "pwrite64", error: "ENOSPC", text: "no room on the file system", isOfLedger: true),
        Fault(calls: "mkdir", error: "ENOSPC", text: "No space left on device", isOfLedger: false),
        Fault(calls: "memfd_create", error: "EMFILE", text: "Too many open files", isOfLedger: false),
    ])
    func theDaemonOutlivesIt(_ fault: Fault) throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let daemon = try site.daemon()
        try site.marks("beat", of: daemon)
        let tracer = try Tracer.attached(to: daemon.pid, failing: fault.calls, with: fault.error, files: site.root + "/tracer")
        try site.wait("an error", of: daemon) { daemon.errors.contains(fault.text) ? true : nil }
        try tracer.stop()
        let done = Files.lines("\(site.marks)/beat").count
        try site.marks("beat", atLeast: done + 2, of: daemon)
        #expect(try daemon.stop() == .exited(0))
        try SlotBook(site).check(job: "beat")
        try SlotBook(site).check(marks: "beat")
        let failed = try site.ledger.column("SELECT summary FROM runs WHERE state = 'failed'")
        if fault.isOfLedger {
            #expect(daemon.errors.contains("nothing starts until it can"))
            #expect(failed == [])
        } else {
            #expect(failed.allSatisfy { $0.hasPrefix("cannot start: prepare: ") && $0.contains(fault.text) }, "\(failed)")
        }
    }
}
