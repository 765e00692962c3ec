import Archive
import Foundation
import JobKit
import Synchronization
import Testing

@testable import BackupJob

/// Large files of which little changes.
@Suite struct PatchTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func increment(later: TimeInterval, _ more: String = "") async throws -> JobReport {
        try await bench.run(bench.settings(#""type":"incremental""# + more), later: later).get()
    }

    /// Bytes of the newest archive.
    private func archiveSize() throws -> Int {
        try #require(Int(try bench.scratch.shell("stat -c %s \(bench.newest).tar.zst", in: "repo").dropLast()))
    }

    private static let mebi = 1 << 20

    @Test func onlyBlocksThatHaveChangedAreStoredAndEveryPointIsRestored() async throws {
        // Each step with the largest archive that it may take, in MiB.
        let steps: [(shell: String, limit: Int)] = [
            (
                "head -c 42000001 /dev/urandom > tree/big; truncate -s 60M tree/holes; printf x | dd of=tree/holes seek=30M bs=1 conv=notrunc",
                43
            ),
            ("printf CHANGED | dd of=tree/big bs=1 seek=5000000 conv=notrunc; printf Y | dd of=tree/holes bs=1 seek=59M conv=notrunc", 2),
            ("for AT in 1 5000001 20000000 41999999; do printf C | dd of=tree/big bs=1 seek=$AT conv=notrunc; done", 5),
            ("head -c 3000000 /dev/urandom >> tree/big", 5),
            ("truncate -s 33M tree/big", 1),
            ("truncate -s 50M tree/big; printf end >> tree/big", 3),
            ("touch -d '2001-02-03 04:05:06.000000789' tree/big", 1),
            ("printf again | dd of=tree/big bs=1 seek=1048570 conv=notrunc; setfattr -n user.a -v b tree/holes", 3),
            ("chmod 600 tree/big", 36),
            ("head -c 42000000 /dev/urandom > tree/big", 43),
            ("mv tree/big tree/big2; head -c 20000000 /dev/urandom > tree/big", 65),
            ("printf z | dd of=tree/big2 bs=1 seek=100 conv=notrunc; printf z | dd of=tree/big bs=1 seek=100 conv=notrunc", 65),
            ("printf y | dd of=tree/big2 bs=1 seek=100 conv=notrunc", 2),
        ]
        for (number, step) in steps.enumerated() {
            try bench.scratch.shell("(\(step.shell)) 2>/dev/null; cp -a --sparse=always tree kept\(number)")
            let report = try await increment(later: Double(number) * 60, #","chain_length":100"#)
            #expect(report.outcome == .succeeded, "\(report.summary)")
            let size = try archiveSize()
            #expect(size < step.limit * Self.mebi, "step \(number): \(size) bytes, \(report.summary)")
            try bench.pasteRestoreText(into: "restored\(number)")
            let kept = try bench.listing(of: "kept\(number)")
            #expect(try bench.listing(of: "restored\(number)/data") == kept, "step \(number), by the text")
            let place = "\(bench.scratch.path)/ours\(number)"
            #expect(try await bench.verb("restore", ["latest", "--to", place]).0.get().outcome == .succeeded)
            #expect(try bench.listing(of: "ours\(number)/data") == kept, "step \(number), by us")
            #expect(try await bench.verb("verify", []).0.get().outcome == .succeeded)
            try bench.scratch.shell("rm -r ours\(number) restored\(number)")
        }
        bench.written.withLock { $0 = [] }
        _ = try await bench.verb("cat", ["latest", "data/big2"]).0.get()
        #expect(bench.written.withLock { Data($0) } == (try Data(contentsOf: URL(filePath: bench.scratch.path + "/tree/big2"))))
    }

    @Test func aFileThatComesBackWhileItIsStoredIsWholeForTarToo() async throws {
        try bench.scratch.shell("head -c 20000000 /dev/urandom > old; cp old tree/big")
        _ = try await increment(later: 10)
        try bench.scratch.shell(
            """
            head -c 13000000 /dev/urandom | dd of=tree/big conv=notrunc status=none
            printf new | dd of=old bs=1 seek=19000000 conv=notrunc status=none
            """)
        let (path, scratch) = (bench.scratch.path, bench.scratch)
        let changer = Thread {
            // Spins on purpose: the run has no step inside a file.
            var size: Int64 = 0
            while size == 0 {
                let names = Result { try FileManager.default.subpathsOfDirectory(atPath: path + "/repo/tmp") }
                guard case .success(let found) = names, let archive = found.first(where: { $0.hasSuffix(".tar.zst") }) else { continue }
                var status = stat()
                if stat(path + "/repo/tmp/" + archive, &status) == 0 { size = Int64(status.st_size) }
            }
            let copied = Result { try scratch.shell("dd if=old of=tree/big conv=notrunc status=none bs=1M") }
            if case .failure(let error) = copied { Issue.record(error) }
        }
        changer.start()
        let report = try await increment(later: 70, #","threads":1,"read_rate":"20M""#)
        #expect(report.outcome == .succeeded, "\(report.summary)")
        let members = "tar --zstd -tf \(bench.newest).tar.zst | grep -c -e '^data/big$' -e acore/patch"
        #expect(try bench.scratch.shell(members, in: "repo") == "2\n")
        try bench.pasteRestoreText(into: "out")
        try bench.scratch.shell("cmp tree/big out/data/big")
    }

    @Test func aPatchOfOneFileIsRestoredAloneByTheText() async throws {
        try bench.scratch.shell("head -c 20000000 /dev/urandom > 'tree/a b'; cp 'tree/a b' tree/other")
        _ = try await increment(later: 10)
        try bench.scratch.shell("for F in 'a b' other; do printf new | dd of=\"tree/$F\" bs=1 seek=7000000 conv=notrunc status=none; done")
        _ = try await increment(later: 70)
        try bench.pasteRestoreText(into: "out", more: ["set --\n": "set -- data/other\n"])
        #expect(try bench.scratch.shell("cmp out/data/other tree/other; ls -A out out/data") == "out:\ndata\n\nout/data:\nother\n")
    }

    @Test func aFlippedBitInAPatchOrBelowItIsNamed() async throws {
        try bench.scratch.shell("head -c 20000000 /dev/urandom > tree/big")
        _ = try await increment(later: 10)
        try bench.scratch.shell("printf new | dd of=tree/big bs=1 seek=7000000 conv=notrunc status=none")
        _ = try await increment(later: 70)
        for archive in ["0000", "0001"] {
            try bench.scratch.shell(
                """
                FILE=$(echo set-nightly/data/c-*/\(archive).tar.zst); cp $FILE keep
                python3 - $FILE <<END
                import sys
                with open(sys.argv[1], 'r+b') as file:
                    file.seek(400000); byte = file.read(1)[0]; file.seek(400000); file.write(bytes([byte ^ 4]))
                END
                """, in: "repo")
            let (result, lines) = try await bench.verb("verify", [])
            #expect(throws: JobFailure.self) { try result.get() }
            #expect(lines.contains { $0.hasSuffix("/\(archive).tar.zst does not have the checksum of its record") }, "\(lines)")
            #expect(lines.contains { $0.hasPrefix("data/big in 0000.tar.zst: ") }, "\(lines)")
            let restored = try await bench.verb("restore", ["latest", "--to", "\(bench.scratch.path)/out"]).0
            #expect(throws: JobFailure.self) { try restored.get() }
            try bench.scratch.shell("mv keep $(echo set-nightly/data/c-*/\(archive).tar.zst); test ! -e ../out", in: "repo")
        }
    }

    @Test(
        "lists that are none", arguments: ["", "1 0 0 1\n", "1048576 0 0 0\n", "1048576 0 1 1\n", "1048576 5 0 2\n1048576 6 2 1\n", "a\n"])
    func isNoList(text: String) { #expect(PatchList(Array(text.utf8)) == nil) }

    @Test func aListIsReadAsItIsWritten() {
        var list = PatchList(blockSize: Self.mebi)
        for block in [0, 1, 2, 9, 11, 12] { list.add(block) }
        #expect(String(decoding: list.text, as: UTF8.self) == "1048576 0 0 3\n1048576 9 3 1\n1048576 11 4 2\n")
        #expect(PatchList(list.text) == list && list.count == 6)
    }

    @Test(
        "blocks grow with the file",
        arguments: [(16 << 20, 1 << 20), (16 << 30, 1 << 20), ((16 << 30) + 1, 2 << 20), (1 << 40, 64 << 20)] as [(Int64, Int)])
    func blockSize(size: Int64, expected: Int) { #expect(BlockDigests.blockSize(for: size) == expected) }

    @Test func aBlockOfSeveralPiecesChangesWithEachOfThem() throws {
        let key = [UInt8](repeating: 7, count: 32)
        func tags(_ content: [UInt8], pieces: Int) throws -> BlockDigests {
            var hasher = BlockHasher(.init(key: key), blockSize: 4 * Self.mebi)
            var rest = content[...]
            while !rest.isEmpty {
                let piece = rest.prefix(pieces)
                let added = Array(piece).withUnsafeBytes { bytes in Result { try hasher.update(bytes) } }
                try added.get()
                rest = rest.dropFirst(piece.count)
            }
            return try hasher.finish()
        }
        var content = [UInt8](repeating: 0, count: 9 * Self.mebi + 5)
        let before = try tags(content, pieces: Self.mebi)
        #expect(before.count == 3)
        #expect(try tags(content, pieces: 777_777) == before)
        content[8 * Self.mebi - 1] = 1
        let after = try tags(content, pieces: 333_333)
        #expect(before[0] == after[0] && before[1] != after[1] && before[2] == after[2])
    }
}
