import Foundation
import JobKit
import Testing

@Suite struct RestoreTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func whatTarRestoresEqualsWhatWasThere() async throws {
        try bench.scratch.shell(
            #"""
            cd tree
            mkdir -p empty d/e; chmod 1777 empty
            echo content > d/e/f; chmod 4750 d/e/f; chown 3000000:3000001 d/e/f; chmod u+s d/e/f
            ln d/e/f hard1; ln d/e/f d/hard2
            ln -s d/e/f link; ln -s /nowhere dangling
            mkfifo fifo
            touch $'\xc3\xbc' $'u\xcc\x88' $'\xff\xfe' $'new\nline' ' blanks ' -- '-rf'
            touch -d '2001-02-03 04:05:06.123456789Z' times; touch -d '1960-01-01 00:00:00.75Z' before1970
            name=$(printf 'n%.0s' $(seq 1 200))
            mkdir -p $name/$name/$name/$name/$name; echo deep > $name/$name/$name/$name/$name/$name
            truncate -s 20M holes; printf x | dd of=holes bs=1 seek=9M conv=notrunc status=none
            head -c 9000000 /dev/urandom > large
            setfattr -n user.color -v blue times; setfattr -n user.empty d
            setfacl -m u:12345:rw times; setfacl -d -m g:77:rx d
            touch -h -d '2011-01-01 00:00:00.5Z' link; touch -d '2012-01-01 00:00:00.25Z' d/e d empty
            """#)
        if geteuid() == 0 {
            try bench.scratch.shell("cd tree; mknod null c 1 3; mknod loop b 7 300; setcap cap_net_raw=ep large || true")
        }
        try await bench.runAndRestore()
        let restored = try bench.listing(of: "out/data").split(separator: "\n")
        let original = try bench.listing(of: "tree").split(separator: "\n")
        #expect(restored.difference(from: original).isEmpty, "\(restored.difference(from: original))")
        #expect(original.count > 40)
        let blocks = try #require(Int(try bench.scratch.shell("stat -c %b out/data/holes").dropLast()))
        #expect(blocks <= 64)
        let same = try bench.scratch.shell("stat -c %i out/data/hard1 out/data/d/hard2 out/data/d/e/f | uniq | wc -l")
        #expect(same == "1\n")
    }

    @Test func aSparseFileOfNineGibibytesComesBackAsOne() async throws {
        try bench.scratch.shell(
            "truncate -s 9G tree/big; printf end | dd of=tree/big bs=1 seek=$((9 * 1024 * 1024 * 1024 - 3)) conv=notrunc status=none")
        try await bench.runAndRestore()
        #expect(try bench.scratch.shell("stat -c %s out/data/big; tail -c 3 out/data/big") == "9663676416\nend")
        #expect(try #require(Int(try bench.scratch.shell("stat -c %b out/data/big").dropLast())) <= 64)
    }

    @Test func aLongNameThatIsNotUTF8IsWholeAlsoOfAFileWithHoles() async throws {
        try bench.scratch.shell(
            #"""
            cd tree; name=$(printf 'z%.0s' $(seq 1 200))
            for folder in $'\xff' $'\xc3\xbc' plain; do
              mkdir $folder; truncate -s 3M $folder/$name $folder/short; echo end >> $folder/$name; echo end >> $folder/short
            done
            """#)
        try await bench.runAndRestore()
        #expect(try bench.scratch.shell("diff -r tree out/data; echo same") == "same\n")
    }

    @Test func theTextInTheRepositoryRestoresWhenItIsPasted() async throws {
        try bench.scratch.shell("mkdir tree/config; echo a: 1 > tree/config/settings.yaml; echo x > tree/y")
        _ = try await bench.run().get()
        let output = try bench.pasteRestoreText(into: "restored")
        #expect(output.contains("0000.tar.zst: OK"))
        #expect(output.contains(#""sources":[{"name":"data","#), "\(output)")
        #expect(
            try bench.scratch.shell(
                "diff -r tree restored/data; diff -r tree restored-program; echo same") == "same\n")
        try bench.pasteRestoreText(into: "one", more: ["set --\n": "set -- data/config/settings.yaml\n"])
        #expect(try bench.scratch.shell("cd one; find . -type f; cat data/config/settings.yaml") == "./data/config/settings.yaml\na: 1\n")
    }

    @Test func aSourceMayBeAFileAndSeveralSourcesLieBesideEachOther() async throws {
        let path = bench.scratch.path
        try bench.scratch.shell("echo a > tree/a; mkdir other; echo b > other/b; echo c > single")
        try await bench.runAndRestore(
            #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/tree","other":"\#(path)/other","env":"\#(path)/single"}}"#)
        #expect(try bench.scratch.shell("cd out; find . -type f | sort | xargs cat") == "a\nc\nb\n")
    }

    @Test func theManifestLeadsToOneFileInTheMiddleOfTheArchive() async throws {
        try bench.scratch.shell("head -c 9000000 /dev/urandom > tree/a; echo wanted > tree/b; head -c 100000 /dev/urandom > tree/c")
        try await bench.runAndRestore()
        let line = try #require(try bench.manifest.split(separator: "\n").first { $0.contains(#""path":"data/b""#) })
        let entry = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let frame = try #require(entry["frame"] as? Int)
        let offset = try #require(entry["offset"] as? Int)
        #expect(frame > 0)
        let found = try bench.scratch.shell(
            "(tail -c +\(frame + 1) \(bench.newest).tar.zst | zstd -dc | tail -c +\(offset + 1) | tar --occurrence=1 -xOf - data/b) 2>/dev/null || true",
            in: "repo")
        #expect(found == "wanted\n")
        #expect(entry["sha256"] as? String == String(try bench.scratch.shell("sha256sum tree/b").prefix(64)))
    }

    @Test func aFlippedBitIsFoundByZstdAndBySha256sum() async throws {
        try bench.scratch.shell("head -c 300000 /dev/urandom > tree/a")
        try await bench.runAndRestore()
        try bench.scratch.shell(
            "f=\(bench.newest).tar.zst; python3 -c 'import sys; f=open(sys.argv[1],\"r+b\"); f.seek(150000); b=f.read(1)[0]^4; f.seek(150000); f.write(bytes([b]))' \"$f\"",
            in: "repo")
        #expect(try bench.scratch.run("zstd -q -t \(bench.newest).tar.zst", in: "repo").status == 1)
        #expect(try bench.scratch.run("sha256sum --quiet -c checksums", in: "repo").status == 1)
    }
}
