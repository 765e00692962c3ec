import Archive
import Foundation
import Testing

@Suite struct PaxWriterTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Writes members into `a.tar`; the content of regular ones is given beside them.
    private func write(_ members: [(ArchiveMember, [UInt8])]) throws {
        try #require(FileManager.default.createFile(atPath: scratch.path + "/a.tar", contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: scratch.path + "/a.tar"))
        let output = HashingOutput(descriptor: handle.fileDescriptor)
        let writer = try PaxWriter { bytes throws(ArchiveError) in try output.write(bytes) }
        for (member, content) in members {
            try writer.begin(member)
            try content.withUnsafeBytes { try writer.write($0) }
            try writer.endMember()
        }
        try writer.finish()
        #expect(try scratch.shell("sha256sum a.tar").hasPrefix("\(output.digest)"))
    }

    private func regular(_ path: [UInt8], _ text: String = "hello") -> (ArchiveMember, [UInt8]) {
        (ArchiveMember(path: path, kind: .regular(size: Int64(text.utf8.count), data: nil)), Array(text.utf8))
    }

    @Test func tarListsWhatWasWrittenWithoutAComplaint() throws {
        var file = regular(Array("f".utf8))
        file.0.permissions = 0o4751
        file.0.owner = 3_000_000
        file.0.group = 4_000_000
        file.0.modified = (2, 250_000_000)
        let members: [(ArchiveMember, [UInt8])] = [
            file,
            (ArchiveMember(path: Array("d/".utf8), kind: .folder), []),
            (ArchiveMember(path: Array("l".utf8), kind: .symbolicLink(target: Array("f".utf8))), []),
            (ArchiveMember(path: Array("h".utf8), kind: .hardLink(to: Array("f".utf8))), []),
            (ArchiveMember(path: Array("p".utf8), kind: .fifo), []),
            (ArchiveMember(path: Array("c".utf8), kind: .characterDevice(major: 1, minor: 3)), []),
            (ArchiveMember(path: Array("b".utf8), kind: .blockDevice(major: 7, minor: 300)), []),
        ]
        try write(members)
        let lines = try scratch.shell("tar --full-time --numeric-owner -tvf a.tar").split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == [
                "-rwsr-x--x 3000000/4000000 5 1970-01-01 00:00:02.25 f", "drw------- 0/0 0 1970-01-01 00:00:00 d/",
                "lrw------- 0/0 0 1970-01-01 00:00:00 l -> f", "hrw------- 0/0 0 1970-01-01 00:00:00 h link to f",
                "prw------- 0/0 0 1970-01-01 00:00:00 p", "crw------- 0/0 1,3 1970-01-01 00:00:00 c",
                "brw------- 0/0 7,300 1970-01-01 00:00:00 b",
            ])
    }

    @Test(
        "tar restores a time to the nanosecond",
        arguments: [
            (1_577_934_245, 123_456_789, "1577934245.123456789"), (0, 0, "0.000000000"), (0, 1, "0.000000001"), (-1, 0, "-1.000000000"),
            (-2, 250_000_000, "-1.750000000"), (-315_619_200, 750_000_000, "-315619199.250000000"),
            (9_000_000_000, 5, "9000000000.000000005"),
            // Those that have no form in libarchive.
            (-1, 250_000_000, "-0.750000000"), (-1, 1, "-0.999999999"), (-1, 999_999_999, "-0.000000001"),
        ])
    func keepsTimes(seconds: Int64, nanoseconds: UInt32, text: String) throws {
        var file = regular(Array("f".utf8))
        file.0.modified = (seconds, nanoseconds)
        try write([file])
        #expect(try scratch.shell("mkdir out; tar -C out -xf a.tar 2>/dev/null; stat -c %.9Y out/f") == text + "\n")
    }

    @Test func aTimeIsMendedInItsOwnRecordOnly() throws {
        // Each looks like a record of a time; the last one is of another time.
        let names = ["a 17 mtime=-1.5\nb", "mtime=-1.5", String(repeating: "n/", count: 99) + "mtime=-1.5", "\u{fc} 17 mtime=-1.5\n"]
        var members = names.map { regular(Array($0.utf8)) } + [regular(Array("n 17 mtime=-1.5\n".utf8) + [0xff])]
        for index in members.indices {
            members[index].0.modified = (-1, 500_000_000)
            members[index].0.attributes = [(Array("user.x".utf8), Array("17 mtime=-1.5\n17 mtime=-1.5\n".utf8))]
        }
        members[0].0.modified = (-2, 500_000_000)
        try write(members)
        try scratch.shell("mkdir out; tar --xattrs -C out -xf a.tar 2>/dev/null")
        let times = try scratch.shell("find out -type f -print0 | xargs -0 stat -c %.9Y | sort")
        #expect(times.split(separator: "\n") == Array(repeating: "-0.500000000", count: 4) + ["-1.500000000"])
        let values = "find out -type f -print0 | xargs -0 getfattr --only-values -n user.x | grep -cx '17 mtime=-1.5'"
        #expect(try scratch.shell(values) == "10\n")
    }

    @Test func anArchiveIsNotPaddedBeyondItsTwoEndBlocks() throws {
        var file = regular(Array("f".utf8))
        file.0.modified = (1, 5)
        try write([file])
        // Pax header and its block, header, content, two blocks of zeros.
        #expect(try scratch.shell("stat -c %s a.tar") == "\(512 * 6)\n")
    }

    @Test(
        "a name comes back as the bytes it was",
        arguments: [
            Array("plain".utf8), Array("ü".utf8), Array("u\u{308}".utf8), [0xff, 0xfe], Array("a\nb".utf8), Array(" lead and trail ".utf8),
            Array("-rf".utf8), Array("back\\slash".utf8), [UInt8](repeating: 0x61, count: 101), [UInt8](repeating: 0x62, count: 255),
            Array((0..<12).map { _ in String(repeating: "p", count: 99) }.joined(separator: "/").utf8),
        ])
    func keepsNames(_ name: [UInt8]) throws {
        try write([regular(name)])
        let text = try scratch.shell(
            "mkdir out; tar -C out -xf a.tar 2>err; cd out; find . -type f -printf %P | od -An -v -tx1 | tr -d ' \\n'")
        #expect(text == name.map { String(format: "%02x", $0) }.joined())
        // Harmless, and only for names that are not UTF-8.
        let note = String(validating: name, as: UTF8.self) == nil ? "tar: Ignoring unknown extended header keyword 'hdrcharset'\n" : ""
        #expect(try scratch.shell("cat err") == note)
    }

    @Test func attributesAndListsAreRestoredByTarOnceEach() throws {
        var (member, content) = regular(Array("f".utf8))
        member.permissions = 0o640
        member.attributes = [(Array("user.color".utf8), Array("blue".utf8)), (Array("user.binary".utf8), [0, 10, 255])]
        member.accessRules = [
            .init(subject: .owner, permissions: 6, isDefault: false), .init(subject: .user(12345), permissions: 4, isDefault: false),
            .init(subject: .owningGroup, permissions: 4, isDefault: false), .init(subject: .mask, permissions: 4, isDefault: false),
            .init(subject: .others, permissions: 0, isDefault: false),
        ]
        try write([(member, content)])
        #expect(try scratch.shell("grep -ac 'xattr.user.color' a.tar") == "1\n")
        try scratch.shell("mkdir out; tar --acls --xattrs -C out -xf a.tar")
        #expect(try scratch.shell("getfattr --absolute-names -e hex -d out/f | grep =") == "user.binary=0x000aff\nuser.color=0x626c7565\n")
        #expect(try scratch.shell("getfacl -pnc out/f | grep 12345") == "user:12345:r--\n")
    }

    @Test(
        "a sparse file keeps its holes",
        arguments: [
            [1 << 20..<(1 << 20) + 4096], [], [0..<4096], [(10 << 20) - 4096..<10 << 20], [0..<4096, 8192..<12288],
        ] as [[Range<Int64>]])
    func keepsHoles(_ ranges: [Range<Int64>]) throws {
        let size: Int64 = 10 << 20
        var content = [UInt8](repeating: 0, count: Int(size))
        for range in ranges {
            for index in range { content[Int(index)] = 7 }
        }
        try write([(ArchiveMember(path: Array("s".utf8), kind: .regular(size: size, data: ranges)), content)])
        try scratch.shell("mkdir out; tar -C out -xf a.tar")
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out/s")) == Data(content))
        let blocks = try #require(Int(try scratch.shell("stat -c %b out/s").dropLast()))
        #expect(blocks <= ranges.reduce(0) { $0 + $1.count } / 512)
        #expect(try #require(Int(try scratch.shell("stat -c %s a.tar").dropLast())) < 32_768)
    }

    @Test func afterASinkFailureNothingMoreReachesTheSinkAndTheErrorStays() throws {
        let failure = ArchiveError.output(operation: "write", code: ENOSPC)
        var calls = 0
        do {
            let writer = try PaxWriter { _ throws(ArchiveError) in
                calls += 1
                throw failure
            }
            let (member, _) = regular(Array("f".utf8))
            #expect(throws: failure) { try writer.begin(member) }
            #expect(throws: failure) { try writer.begin(member) }
            #expect(throws: failure) { try writer.finish() }
        }
        #expect(calls == 1)
        #expect("\(failure)" == "cannot write: No space left on device")
    }

    @Test func anArchiveGivenUpDoesNotLookComplete() throws {
        var bytes: [UInt8] = []
        do {
            let writer = try PaxWriter { piece throws(ArchiveError) in bytes += piece }
            try writer.begin(ArchiveMember(path: Array("d".utf8), kind: .folder))
            try writer.endMember()
        }
        #expect(!bytes.suffix(512).allSatisfy { $0 == 0 })
    }
}
