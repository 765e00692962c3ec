import FileTree
import Foundation
import Testing

@Suite struct StatusTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func status(_ name: String) throws -> FileStatus {
        try HeldDescriptor.folder(at: scratch.bytes).status(of: PathBytes(name))
    }

    @Test func timesKeepTheirNanosecondsAlsoBefore1970() throws {
        try scratch.shell("touch -d '2020-01-02 03:04:05.123456789Z' new; touch -d '1969-12-31 23:59:58.25Z' old")
        #expect(try status("new").modified == FileTime(seconds: 1_577_934_245, nanoseconds: 123_456_789))
        #expect(try status("old").modified == FileTime(seconds: -2, nanoseconds: 250_000_000))
    }

    @Test func hardLinksShareAnIdentity() throws {
        try scratch.shell("touch a; ln a b; touch c")
        #expect(try status("a").identity == status("b").identity)
        #expect(try status("a").linkCount == 2)
        #expect(try status("a").identity != status("c").identity)
    }

    @Test func holesAreFoundAndADenseFileHasNone() throws {
        try scratch.shell(
            "truncate -s 10M sparse; printf x | dd of=sparse bs=1 seek=5M conv=notrunc status=none; head -c 100000 /dev/urandom > dense")
        let folder = try HeldDescriptor.folder(at: scratch.bytes)
        let sparse = try folder.openFile(PathBytes("sparse"))
        let ranges = try #require(DataRanges.of(sparse, status: sparse.status()))
        #expect(ranges == [5_242_880..<5_246_976])
        let dense = try folder.openFile(PathBytes("dense"))
        #expect(try DataRanges.of(dense, status: dense.status()) == nil)
    }

    @Test func attributesAndListsAreReadOfFilesFoldersAndLinks() throws {
        try scratch.shell("touch f; setfattr -n user.color -v blue f; setfacl -m u:12345:rw f; mkdir d; setfacl -d -m g:77:rx d; ln -s f l")
        let folder = try HeldDescriptor.folder(at: scratch.bytes)
        let file = try ExtendedAttributes(of: folder.openFile(PathBytes("f")))
        #expect(file.attributes.map { "\($0.name)" } == ["user.color"])
        #expect(file.attributes.map(\.value) == [Array("blue".utf8)])
        #expect(file.accessList.contains(AccessRule(subject: .user(12345), permissions: 6)))
        let inner = try ExtendedAttributes(of: folder.openFolder(PathBytes("d")))
        #expect(inner.defaultList.contains(AccessRule(subject: .group(77), permissions: 5)))
        #expect(inner.accessList.isEmpty)
        #expect(try ExtendedAttributes(of: PathBytes("l"), in: folder).isEmpty)
        #expect(try ExtendedAttributes(of: PathBytes("f"), in: folder) == file)
    }

    @Test func aPathPrintsOnOneLine() {
        #expect("\(PathBytes("a/ü"))" == "a/ü")
        #expect("\(PathBytes([0x61, 0x0a, 0xff]))" == #"a\x0a\xff"#)
        #expect(PathBytes("a").appending(PathBytes("b")) == PathBytes("a/b"))
        #expect(PathBytes("/").appending(PathBytes("b")) == PathBytes("/b"))
    }
}
