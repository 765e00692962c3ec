import Archive
import Foundation
import Testing

@Suite struct ZstdFrameWriterTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Half noise, half pattern, the same in each run.
    private func content(_ count: Int) -> [UInt8] {
        var state: UInt64 = 42
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return index % 8192 < 4096 ? UInt8(truncatingIfNeeded: state >> 33) : UInt8(truncatingIfNeeded: index)
        }
    }

    private func compress(_ content: [UInt8], threads: Int, frameSize: Int, piece: Int) throws -> (bytes: [UInt8], frames: [ZstdFrame]) {
        var bytes: [UInt8] = []
        let writer = try ZstdFrameWriter(level: 3, threads: threads, frameSize: frameSize) { frame throws(ArchiveError) in bytes += frame }
        for start in stride(from: 0, to: content.count, by: piece) {
            try content[start..<min(start + piece, content.count)].withUnsafeBytes { try writer.write($0) }
        }
        try writer.finish()
        #expect(writer.contentSize == Int64(content.count))
        return (bytes, writer.frames)
    }

    @Test("the stream is the same for every number of threads, and zstd reads it", arguments: [1, 2, 3, 8])
    func isStable(threads: Int) throws {
        let content = content(300_000)
        let (bytes, frames) = try compress(content, threads: threads, frameSize: 65_536, piece: 10_007)
        #expect(frames.count == 5)
        let alone = try compress(content, threads: 1, frameSize: 65_536, piece: 300_000)
        #expect(bytes == alone.bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: scratch.path + "/a.zst"))
        try scratch.shell("zstd -q -d a.zst -o a")
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/a")) == Data(content))
    }

    @Test func eachFrameIsReadableAloneAtItsOffset() throws {
        let content = content(200_000)
        let (bytes, frames) = try compress(content, threads: 2, frameSize: 65_536, piece: 65_536)
        var expected: Int64 = 0
        for frame in frames {
            #expect(frame.contentOffset == expected)
            expected += frame.contentSize
            try Data(bytes[Int(frame.offset)..<Int(frame.offset + frame.size)]).write(to: URL(fileURLWithPath: scratch.path + "/f.zst"))
            try scratch.shell("zstd -q -f -d f.zst -o f")
            let part = content[Int(frame.contentOffset)..<Int(expected)]
            #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/f")) == Data(part))
        }
        #expect(expected == 200_000)
    }

    @Test("content sizes around a frame's end", arguments: [(0, 1), (1, 1), (65_535, 1), (65_536, 1), (65_537, 2), (131_072, 2)])
    func endsFrames(count: Int, frameCount: Int) throws {
        let (bytes, frames) = try compress(content(count), threads: 2, frameSize: 65_536, piece: 1000)
        #expect(frames.count == frameCount)
        try Data(bytes).write(to: URL(fileURLWithPath: scratch.path + "/a.zst"))
        #expect(try scratch.shell("zstd -q -d -c a.zst | wc -c") == "\(count)\n")
    }

    @Test func everyFlippedBitIsFoundByZstd() throws {
        let (bytes, _) = try compress(content(100_000), threads: 1, frameSize: 65_536, piece: 100_000)
        for number in 0..<40 {
            var damaged = bytes
            damaged[number * bytes.count / 40] ^= 1 << (number % 8)
            try Data(damaged).write(to: URL(fileURLWithPath: scratch.path + "/a.zst"))
            #expect(try scratch.run("zstd -q -t a.zst").status != 0, "bit \(number % 8) of byte \(number * bytes.count / 40)")
        }
    }

    @Test func afterAnOutputFailureEachCallFailsWithIt() throws {
        let failure = ArchiveError.output(operation: "write", code: ENOSPC)
        let writer = try ZstdFrameWriter(level: 3, threads: 2, frameSize: 16) { _ throws(ArchiveError) in throw failure }
        let block = content(1000)
        #expect(throws: failure) { try block.withUnsafeBytes { try writer.write($0) } }
        #expect(throws: failure) { try block.withUnsafeBytes { try writer.write($0) } }
        #expect(throws: failure) { try writer.finish() }
    }

    @Test func aDigestPrintsAsSha256sumDoes() {
        #expect("\(ContentDigest(of: Array("abc".utf8)))" == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
