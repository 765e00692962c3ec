import Archive
import Foundation
import Glibc
import Testing

@Suite struct ZstdReaderTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Half noise, half pattern, the same in each run.
    private func content(_ count: Int) -> [UInt8] {
        var state: UInt64 = 7
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return index % 8192 < 4096 ? UInt8(truncatingIfNeeded: state >> 33) : UInt8(truncatingIfNeeded: index)
        }
    }

    private var path: String { scratch.path + "/a.zst" }

    private func store(_ bytes: some Sequence<UInt8>) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    private func frames(of content: [UInt8]) throws -> [ZstdFrame] {
        var bytes: [UInt8] = []
        let writer = try ZstdFrameWriter(level: 3, threads: 1, frameSize: 65_536) { frame throws(ArchiveError) in bytes += frame }
        try content.withUnsafeBytes { try writer.write($0) }
        try writer.finish()
        try store(bytes)
        return writer.frames
    }

    /// All content from a frame on, in pieces.
    private func read(from offset: Int64 = 0, piece: Int = 10_007) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        let reader = try ZstdReader(descriptor: descriptor, offset: offset)
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: piece)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
            all += buffer[..<count]
            if count < piece { return all }
        }
    }

    @Test("what was written is read", arguments: [0, 1, 65_536, 300_000], [1, 10_007, 65_536, 1_000_000])
    func reads(count: Int, piece: Int) throws {
        guard count <= 65_536 || piece > 1 else { return }
        let content = content(count)
        _ = try frames(of: content)
        #expect(try read(piece: piece) == content)
    }

    @Test func readingBeginsAtAnyFrame() throws {
        let content = content(300_000)
        for frame in try frames(of: content) { #expect(try read(from: frame.offset) == Array(content[Int(frame.contentOffset)...])) }
    }

    @Test func whatTheToolWroteIsReadToo() throws {
        try Data(content(3_000_000)).write(to: URL(fileURLWithPath: scratch.path + "/a"))
        try scratch.shell("zstd -q -19 --long=20 a -o a.zst")
        #expect(try read() == content(3_000_000))
    }

    @Test("a file cut within a frame is damaged, not shorter", arguments: [1, 100, 30_000])
    func isCut(count: Int) throws {
        _ = try frames(of: content(200_000))
        try store(try Data(contentsOf: URL(fileURLWithPath: path)).dropLast(count))
        #expect {
            try read()
        } throws: {
            "\($0)".hasSuffix("the file ends within a frame")
        }
    }

    @Test func aFlippedBitIsFoundWhereverItIs() throws {
        _ = try frames(of: content(100_000))
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for place in stride(from: 0, to: whole.count, by: 997) {
            var bytes = whole
            bytes[place] ^= 4
            try store(bytes)
            #expect(throws: ArchiveError.self) { try read() }
        }
    }
}
