import FileTree
import Foundation
import Testing

@Suite struct RemoveTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func aTreeGoesWithAllThatIsInItAndNothingBehindItsLinks() throws {
        try scratch.file("tree/a/b/c")
        try scratch.file("tree/z")
        try scratch.file("outside/precious")
        try scratch.shell("ln -s ../outside tree/link; ln -s ../../outside tree/a/link; mkfifo tree/fifo; chmod 000 tree/a/b/c")
        let removal = try FileTree.remove(PathBytes(scratch.path + "/tree"))
        #expect(removal.removedCount == 8)
        #expect(removal.failures.isEmpty)
        #expect(try scratch.walk() == ["folder ", "folder outside", "regular outside/precious"])
    }

    @Test func aLinkAtTheTopIsRemovedItself() throws {
        try scratch.file("real/x")
        try scratch.shell("ln -s real link")
        #expect(try FileTree.remove(PathBytes(scratch.path + "/link/")).removedCount == 1)
        #expect(try scratch.walk() == ["folder ", "folder real", "regular real/x"])
    }

    @Test func whatIsNotThereIsAnError() {
        #expect(throws: FileTreeError("stat", PathBytes(scratch.path + "/none"), .system(ENOENT))) {
            try FileTree.remove(PathBytes(scratch.path + "/none"))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aMountInsideStaysAndIsNamed() throws {
        try scratch.shell("mkdir -p tree/a/mount tree/b source; touch source/x tree/b/y; mount --bind source tree/a/mount")
        let removal = try FileTree.remove(PathBytes(scratch.path + "/tree"))
        try scratch.shell("umount tree/a/mount")
        #expect(removal.failures == [FileTreeError("remove", PathBytes("tree/a/mount"), .anotherFileSystem)])
        #expect(removal.removedCount == 2)
        #expect(try scratch.walk(below: "/source") == ["folder ", "regular x"])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to make a file immutable"))
    func whatCannotBeRemovedIsNamedAndTheRestGoes() throws {
        try scratch.file("tree/a/stays")
        try scratch.file("tree/goes")
        try scratch.shell("chattr +i tree/a/stays")
        let removal = try FileTree.remove(PathBytes(scratch.path + "/tree"))
        try scratch.shell("chattr -i tree/a/stays")
        #expect(removal.failures == [FileTreeError("remove", PathBytes("tree/a/stays"), .system(EPERM))])
        #expect(try scratch.walk(below: "/tree") == ["folder ", "folder a", "regular a/stays"])
    }
}
