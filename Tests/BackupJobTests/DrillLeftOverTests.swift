import Foundation
import JobKit
import Testing

/// What a drill says of a scratch folder that it cannot remove, and of a point with a folder that could not be read.
@Suite(.enabled(if: geteuid() == 0, "needs root to mount")) struct DrillLeftOverTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.scratch.shell("mkdir scratch; echo 1 > tree/a")
    }

    private func drill(_ more: String = "") async throws -> JobReport {
        let path = bench.scratch.path
        return try await bench.run(#"{"type":"drill","repository":"\#(path)/repo","scratch":"\#(path)/scratch"\#(more)}"#).get()
    }

    @Test func aMountThatAProbeLeavesIsAWarningUntilItIsGone() async throws {
        _ = try await bench.run().get()
        defer {
            let unmounted = Result { try bench.scratch.shell("umount scratch/.acore-restore-*/a 2>/dev/null || true") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        let report = try await drill(#","probe":["sh","-c","mkdir a; mount -t tmpfs none a"]"#)
        let name = try bench.scratch.shell("ls -A scratch").dropLast()
        let place = "cannot remove \(bench.scratch.path)/scratch/\(name)/a: it lies on another file system"
        #expect(report.outcome == .warning, "\(report.summary)")
        #expect(report.summary.hasSuffix("; and what was restored to look at it is not all gone: \(place)"), "\(report.summary)")
        let next = try await drill()
        #expect(next.outcome == .warning && next.summary.hasSuffix(place), "\(next.summary)")
        try bench.scratch.shell("umount scratch/.acore-restore-*/a")
        #expect(try await drill().outcome == .succeeded)
        #expect(try bench.scratch.shell("ls -A scratch") == "")
    }
}
