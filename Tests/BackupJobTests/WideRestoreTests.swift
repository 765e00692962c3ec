import Archive
import FileTree
import Foundation
import JobKit
import Testing

@testable import BackupJob

/// Trees of many folders and files, which several threads make.
@Suite struct WideRestoreTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func manyFoldersComeBackWithAllThatTheyHave() async throws {
        try bench.scratch.shell(
            """
            cd tree
            for d in $(seq 90); do
              mkdir -p d$d/in; for f in $(seq 8); do echo $d $f > d$d/f$f; echo $f > d$d/in/g$f; done
              ln d$d/f1 d$d/in/name; ln -s ../f2 d$d/in/link; mkfifo d$d/p
              chmod 0444 d$d/f2; chmod 0000 d$d/f3; chmod 4755 d$d/f4; chmod 0666 d$d/f5; setfattr -n user.n -v $d d$d/f6; : > d$d/f7
              touch -d '1999-09-09 09:09:09.123456789Z' d$d/f8; touch -d "2001-01-01 00:00:00.$d Z" d$d/in d$d; chmod $((d % 2 * 2000 + 555)) d$d
            done
            """)
        if geteuid() == 0 { try bench.scratch.shell("cd tree; for d in 3 77 90; do chown 123:456 d$d/f1 d$d/in d$d; done") }
        _ = try await bench.run().get()
        let (result, _) = try await bench.verb("restore", ["latest", "--to", bench.scratch.path + "/out"])
        #expect(try result.get().outcome == .succeeded)
        let restored = try bench.listing(of: "out/data").split(separator: "\n")
        let original = try bench.listing(of: "tree").split(separator: "\n")
        #expect(original.count > 90 * 20)
        #expect(restored.difference(from: original).isEmpty, "\(restored.difference(from: original).prefix(5))")
        #expect(
            try bench.scratch.shell("cat out/data/d77/f3 out/data/d90/in/g6; getfattr --only-values -n user.n out/data/d9/f6")
                == "77 3\n6\n9")
    }

    @Test func aFileThatCannotBeMadeIsNamedAndNothingMoreIsMade() throws {
        try bench.scratch.shell("echo there > tree/0500")
        let folder = try HeldDescriptor.folder(at: PathBytes(bench.scratch.path + "/tree"))
        let makers = FileMakers(keepsOwners: true)
        defer { makers.end() }
        let metadata = EntryMetadata(try folder.status())
        let error = #expect(throws: FileTreeError.self) {
            for number in 0..<2_000 {
                let name = PathBytes(String(format: "%04d", number))
                let file = FileMakers.File(path: PathBytes("data/").appending(name), name: name, bytes: [1, 2, 3], metadata: metadata)
                try makers.make(file, in: folder)
            }
            try makers.wait()
        }
        #expect(error?.description == "cannot make data/0500: File exists", "\(String(describing: error))")
        #expect(try bench.scratch.shell("cat tree/0500") == "there\n")
        #expect(throws: FileTreeError.self) { try makers.wait() }
    }
}
