import Glibc
import Runner
import Testing

/// A disk that the run fills: a tmpfs of one megabyte.
@Suite(.enabled(if: Bench.isRoot, "only root mounts a small disk"))
struct FullDiskTests {
    /// Calls the body with a state directory on a small disk.
    private func onSmallDisk(_ body: (Bench) async throws -> Void) async throws {
        let root = try Bench.freshFolder()
        defer { rmdir(root) }
        try #require(mount("small", root, "tmpfs", 0, "size=1m,mode=711") == 0, "this machine mounts nothing: \(errno)")
        defer { umount2(root, Int32(MNT_DETACH)) }
        try await body(try Bench(root: root))
    }

    @Test func aRunThatFillsTheDiskStillTellsItsEnd() async throws {
        try await onSmallDisk { bench in
            let record = try await bench.finished(Bench.script("yes 'fill the disk' | head -c 5000000; exit 4"))
            #expect(record.code == 4)
            #expect(record.output.lostToFullDisk > 1_000_000)
            #expect(record.output.writeError == "No space left on device")
            #expect(!record.output.cut)
            #expect(try bench.bytes("events.jsonl").last == 10, "half a line was left")
            #expect(try bench.lines().allSatisfy { if case .raw = $0 { true } else { false } })
        }
    }

    @Test func linesAreKeptAgainWhenThereIsRoomAgain() async throws {
        try await onSmallDisk { bench in
            let script = """
                head -c 2000000 /dev/zero >$TMPDIR/fill; i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo lost line of some length; done
                echo removing >&2; rm $TMPDIR/fill; echo kept
                """
            let record = try await bench.finished(Bench.script(script))
            #expect(record.output.lostToFullDisk > 0)
            #expect(try bench.texts().last == "kept")
        }
    }

    @Test func aFullDiskBeforeTheStartStartsNothing() async throws {
        try await onSmallDisk { bench in
            let prepared = try bench.runner.prepare(Bench.script("echo ran"))
            let fill = open(bench.root + "/fill", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            let block = [UInt8](repeating: 0, count: 4096)
            while write(fill, block, block.count) > 0 {}
            close(fill)
            let end = try await bench.runner.waitForEnd(try bench.runner.start(prepared))
            #expect(
                end
                    == .neverStarted(
                        reason: "the launcher could not write its record: the disk of the state directory is full or not writable"))
            #expect(try bench.runner.inspect(run: "RUN1") == .neverStarted)
            unlink(bench.root + "/fill")
            #expect(try await bench.finished(Bench.script("exit 2")).code == 2)
        }
    }
}
