import FileTree
import Foundation
import Testing

/// Needs a kernel with Landlock.
@Suite(
    .enabled(
        if: (try? String(contentsOfFile: "/sys/kernel/security/lsm", encoding: .utf8))?.contains("landlock") ?? true, "needs Landlock"))
struct WriteConfinementTests {
    private struct Refusal: Error, Equatable {
        let code: Int32
    }

    @Test func writesGoBelowTheFolderOnlyAndOtherThreadsAreFree() throws {
        let scratch = try Scratch()
        let path = scratch.path
        try scratch.shell("mkdir in out")
        try "old".write(toFile: path + "/out/old", atomically: false, encoding: .utf8)
        let folder = try HeldDescriptor.folder(at: PathBytes(path + "/in"))
        let codes = WriteConfinement.run(writingBelow: folder) { () throws(Never) in
            [
                code(mkdir(path + "/in/a", 0o700)), code(link(path + "/in/a", path + "/in/b")), code(symlink("x", path + "/in/l")),
                code(open(path + "/in/f", O_WRONLY | O_CREAT, 0o600)), code(link(path + "/in/f", path + "/in/a/g")),
                code(open(path + "/out/old", O_RDONLY)), code(open(path + "/out/old", O_WRONLY)), code(truncate(path + "/out/old", 0)),
                code(mkdir(path + "/out/a", 0o700)), code(unlink(path + "/out/old")), code(rename(path + "/in/f", path + "/out/f")),
            ]
        }
        #expect(codes == [0, EPERM, 0, 0, 0, 0, EACCES, EACCES, EACCES, EACCES, EACCES])
        let failure = #expect(throws: Refusal.self) {
            try WriteConfinement.run(writingBelow: folder) { () throws(Refusal) in throw Refusal(code: code(unlink(path + "/out/old"))) }
        }
        #expect(failure == Refusal(code: EACCES))
        #expect(unlink(path + "/out/old") == 0)
    }

    private func code(_ result: Int32) -> Int32 { result < 0 ? errno : 0 }
}
