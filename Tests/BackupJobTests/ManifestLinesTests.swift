import Archive
import FileTree
import Foundation
import Testing

@testable import BackupJob

/// Lines that are written beside the caller.
@Suite struct ManifestLinesTests {
    private final class Target {
        var bytes: [UInt8] = []
    }

    @Test func linesStayInOrderThroughManyBatches() throws {
        let target = Target()
        let lines = try ManifestLines { bytes throws(ArchiveError) in target.bytes += bytes }
        var first = JSONLine()
        first.add("first", true)
        try lines.write([first])
        for number in 0..<10_000 { try lines.add(ManifestEntry(path: PathBytes("tree/\(number)"), status: nil)) }
        var last = JSONLine()
        last.add("last", true)
        try lines.write([last])
        try lines.finish()

        let compressed = target.bytes
        let reader = LineReader(
            try ZstdReader(source: { buffer, offset throws(ArchiveError) in
                let rest = compressed.dropFirst(Int(offset)).prefix(buffer.count)
                buffer.copyBytes(from: rest)
                return rest.count
            }), limit: 1 << 20)
        var found: [String] = []
        while let line = try reader.next({ String(decoding: $0, as: UTF8.self) }) { found.append(line) }
        #expect(found.count == 10_002)
        #expect(found.first == #"{"first":true}"#)
        #expect(found.last == #"{"last":true}"#)
        #expect(found.dropFirst().dropLast().enumerated().allSatisfy { $1 == #"{"path":"tree/\#($0)","state":"stored"}"# })
    }

    @Test func anErrorComesWithALaterCall() throws {
        let lines = try ManifestLines { _ throws(ArchiveError) in throw .output(operation: "write", code: ENOSPC) }
        #expect(throws: ArchiveError.output(operation: "write", code: ENOSPC)) {
            // More than one frame, so that something is written before the end.
            for number in 0..<200_000 { try lines.add(ManifestEntry(path: PathBytes("tree/\(number)"), status: nil)) }
        }
        #expect(throws: ArchiveError.output(operation: "write", code: ENOSPC)) { try lines.finish() }
    }
}
