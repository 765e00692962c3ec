import Archive
import FileTree
import Foundation
import JobKit
import Testing

@testable import BackupJob

/// Texts that copies are told and that servers answer.
@Suite struct CopyFormTests {
    @Test(
        "places",
        arguments: [
            ("/mnt/nas", "/mnt/nas"), ("sftp://u@host/srv/b/", "sftp://u@host/srv/b"), ("sftp://u@host:2222/~/b", "sftp://u@host:2222/~/b"),
            ("sftp://u@[::1]:2222/b", "sftp://u@[::1]:2222/b"), ("sftp://u@[::1]/b", "sftp://u@[::1]/b"), ("s3://bucket", "s3://bucket/"),
            ("s3://bucket/a/b/", "s3://bucket/a/b/"),
        ])
    func place(_ text: String, _ meaning: String) throws { #expect(try CopyPlace.read(text).description == meaning) }

    @Test(
        "no places",
        arguments: [
            ("nas", "names no place, but \"nas\""), ("ftp://host/b", "cannot be reached by ftp"),
            ("sftp://host/b", "lacks the user, or the folder"),
            ("sftp://u@host", "lacks the user, or the folder"), ("sftp://u:p@host/b", "holds a password"),
            ("sftp://u@host:x/b", "has no port behind the colon"),
            ("sftp://u@host/a b", "holds a character that is no letter, digit, '.', '_' or '-'"),
            ("sftp://u@host/a/../b", "must not lead upwards by .."), ("/mnt/../b", "must not lead upwards by .."),
            ("s3://", "holds a character that is no letter, digit, '.', '_' or '-', or no bucket"),
        ])
    func noPlace(_ text: String, _ problem: String) throws {
        #expect(throws: CopyPlace.Complaint.self) { try CopyPlace.read(text) }
        let (_, findings) = try Bench.read(
            #"{"repository":"/r","sources":{"data":"/d"},"copies":{"away":{"to":"\#(text.replacing("\"", with: "\\\""))","key":"k"}}}"#)
        #expect(findings.map(\.problem) == ["with.copies.away.to \(problem)"])
    }

    @Test(
        "settings that do not fit together",
        arguments: [
            (#""away":{"to":"s3://b"}"#, "with.copies.away lacks key"),
            (#""away":{"to":"/r/copy"}"#, "the copy away lies in the repository, /r"),
            (#""away":{"to":"/d/copy"}"#, "the copy away lies in the source data, /d"), (#""away":{}"#, "with.copies.away lacks to"),
            (#""A b":{"to":"/c"}"#, "the copy's name must be lower-case letters, digits, _ and -, not \"A b\""),
            (#""away":{"to":"/c","rat":"1M"}"#, "with.copies.away has no setting named rat"),
            (#""away":"/c""#, "with.copies.away must be a mapping of settings, not /c"),
        ])
    func settings(_ copies: String, _ problem: String) throws {
        let (_, findings) = try Bench.read(#"{"repository":"/r","sources":{"data":"/d"},"copies":{\#(copies)}}"#)
        #expect(findings.first?.problem == problem, "\(findings)")
    }

    @Test(
        "lines of a listing",
        arguments: [
            ("-rw-------    1 root     root      1234 Nov 30 14:03 0000.tar.zst", "0000.tar.zst", 1234, false),
            ("drwxr-xr-x    2 0 Domain Users 4096 Nov 30  2025 c-01", "c-01", 4096, true),
        ])
    func listing(_ line: String, _ name: String, _ size: Int64, _ isFolder: Bool) throws {
        let entry = try #require(SFTPEntry(line: line[...]))
        #expect(entry.name == name && entry.size == size && entry.isFolder == isFolder)
    }

    @Test func otherLinesOfAListingAreNone() {
        #expect(SFTPEntry(line: "lrwxrwxrwx 1 root root 3 Nov 30 14:03 latest -> b/g") == nil)
        #expect(SFTPEntry(line: "total 12") == nil)
    }

    @Test func anAnswerIsReadByTheNamesOfItsElements() {
        let text = "<?xml version=\"1.0\"?><R xmlns=\"x\"><IsTruncated>false</IsTruncated><C><K>a&amp;b</K><S>1</S></C><C><K>c</K></C></R>"
        let answer = S3Answer(Array(text.utf8))
        #expect(answer.elements("C").map { $0["K"] } == ["a&b", "c"])
        #expect(answer["IsTruncated"] == "false" && answer["S"] == "1" && answer["None"] == nil)
        #expect(answer.isAbout("R") && !answer.isAbout("Error"))
    }

    @Test func partsCoverAFileAndAreNeverTooMany() {
        let sizes: [Int64] = [0, 1, 8 << 20, (8 << 20) + 1, 20 << 20, 5 << 40]
        for size in sizes {
            let parts = S3Parts(of: size)
            #expect(parts.ranges.count == parts.count && parts.count <= 9_000)
            #expect(parts.ranges.first?.lowerBound == 0 && parts.ranges.last?.upperBound == size)
            #expect(zip(parts.ranges, parts.ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        }
        #expect(S3Parts(of: 20 << 20).count == 3)
    }

    @Test func samplesAreOfBothEndsAndWithin() throws {
        #expect(CopySamples(of: 4 << 20) == nil)
        let size: Int64 = 100 << 20
        let samples = try #require(CopySamples(of: size))
        #expect(samples.ranges.count == 16 && samples.ranges.first?.lowerBound == 0 && samples.ranges.last?.upperBound == size)
        #expect(samples.ranges.allSatisfy { $0.count == 64 * 1024 })
    }

    @Test func pausesGrowToABound() {
        #expect(
            (0..<6).map { CopyRetry.pause(after: $0) } == [
                .milliseconds(500), .seconds(2), .seconds(8), .seconds(32), .seconds(60), .seconds(60),
            ])
    }

    @Test(
        "only paths of ours count",
        arguments: [
            ("set-a/data/c-01ARZ3NDEKTSV4RRFFQ69G5FAV/0000.tar.zst", true),
            ("set-a/config/c-01ARZ3NDEKTSV4RRFFQ69G5FAV/0012.point.json", true),
            ("set-a/data/c-01ARZ3NDEKTSV4RRFFQ69G5FAV/photo.jpg", false), ("set-a/data/c-x/0000.tar.zst", false),
            ("set-A/data/latest", false),
            ("set-a/../c-01ARZ3NDEKTSV4RRFFQ69G5FAV/0000.tar.zst", false), ("repo.json", true), ("notes.txt", false), ("lock", false),
            ("set-a/data/c-01ARZ3NDEKTSV4RRFFQ69G5FAV/٠٠٠٠.tar.zst", false),
        ])
    func ours(_ path: String, _ isOurs: Bool) { #expect(CopyListing.isOurs(path) == isOurs) }
}
