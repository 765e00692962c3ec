import FileTree
import Foundation
import Testing

@Suite struct TreeWalkTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func everyKindOfEntryIsNamedInByteOrder() throws {
        try scratch.file("b/inner")
        try scratch.shell(
            "ln -s nowhere link; mkfifo fifo; mkdir empty; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"sock\")'")
        #expect(
            try scratch.walk() == [
                "folder ", "folder b", "regular b/inner", "folder empty", "fifo fifo", "link link", "skipped sock: socket",
            ])
    }

    @Test func aRootMayBeAFile() throws {
        try scratch.file("one")
        #expect(try scratch.walk(below: "/one") == ["regular "])
    }

    @Test func aRootThatIsALinkIsFollowedOnce() throws {
        try scratch.file("real/x")
        try scratch.shell("ln -s real root")
        #expect(try scratch.walk(below: "/root") == ["folder ", "regular x"])
    }

    @Test func aMissingRootIsAnErrorWithItsPath() throws {
        #expect {
            try scratch.walk(below: "/none")
        } throws: {
            "\($0)" == "cannot find \(scratch.path)/none: No such file or directory"
        }
    }

    @Test func twoSpellingsOfAnUmlautAndBytesThatAreNotUTF8StayApart() throws {
        try scratch.shell(#"touch $'\xc3\xbc' $'u\xcc\x88' $'\xff' $'a\nb'"#)
        #expect(try scratch.walk() == ["folder ", #"regular a\x0ab"#, "regular u\u{308}", "regular ü", #"regular \xff"#])
    }

    @Test func twoThousandLevelsNeedNoMoreDescriptorsThanThirtyTwo() throws {
        // The path is longer than any system call takes, and the soft limit leaves no room for a descriptor a level.
        try scratch.shell(
            """
            python3 - <<'E'
            import os
            name = 'n' * 100
            for level in range(2000):
                os.mkdir(name); open('zfile', 'w').close(); os.chdir(name)
            E
            """)
        var walk = try TreeWalk(root: scratch.bytes, options: WalkOptions())
        var files = 0
        var folders = 0
        var mostOpen = 0
        while let event = walk.next() {
            guard case .entry(let entry) = event else {
                Issue.record("\(event)")
                continue
            }
            if entry.status.type == .folder { folders += 1 } else { files += 1 }
            if folders % 500 == 0 { mostOpen = max(mostOpen, try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) }
        }
        #expect(files == 2000)
        #expect(folders == 2001)
        // Other suites run beside this one; two thousand would show.
        #expect(mostOpen < 500)
    }

    @Test func aFolderLargerThanOneBatchIsListedWholeAndInOrder() throws {
        try scratch.shell("seq 1 140000 | xargs touch")
        let names = try scratch.walk().dropFirst()
        #expect(names.count == 140_000)
        #expect(Array(names) == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test func aFolderThatVanishesWhileWalkedIsNamedAndTheRestIsVisited() throws {
        try scratch.file("a/x")
        try scratch.file("b")
        var walk = try TreeWalk(root: scratch.bytes, options: WalkOptions())
        var seen: [String] = []
        while let event = walk.next() {
            switch event {
            case .entry(let entry):
                seen.append("\(entry.path)")
                if entry.path.isEmpty { try scratch.shell("rm -r a") }
            case .failed(let error): seen.append("\(error)")
            case .skipped: Issue.record("\(event)")
            }
        }
        // The names of the root are read after its own event.
        #expect(seen == ["", "b"])
    }

    @Test func aFileReplacedByALinkIsNotFollowed() throws {
        try scratch.file("secret", "top secret")
        try scratch.file("tree/victim", "harmless")
        var walk = try TreeWalk(root: PathBytes(scratch.path + "/tree"), options: WalkOptions())
        while let event = walk.next() {
            guard case .entry(let entry) = event, entry.status.type == .regular else { continue }
            try scratch.shell("rm tree/victim; ln -s ../secret tree/victim")
            #expect(throws: FileTreeError("open", PathBytes("victim"), .replaced)) { try entry.openContent() }
            try scratch.shell("rm tree/victim; ln secret tree/victim")
            #expect(throws: FileTreeError("open", PathBytes("victim"), .replaced)) { try entry.openContent() }
            try scratch.shell("rm tree/victim; mkfifo tree/victim")
            #expect(throws: FileTreeError("open", PathBytes("victim"), .replaced)) { try entry.openContent() }
            return
        }
        Issue.record("the walk never met the file")
    }

    @Test func aFolderReplacedByALinkIsNotEntered() throws {
        try scratch.file("outside/secret")
        try scratch.file("tree/a/x")
        try scratch.file("tree/b/x")
        var walk = try TreeWalk(root: PathBytes(scratch.path + "/tree"), options: WalkOptions())
        var paths: [String] = []
        while let event = walk.next() {
            guard case .entry(let entry) = event else { continue }
            paths.append("\(entry.path)")
            // The name b is already listed, its folder not yet opened.
            if "\(entry.path)" == "a" { try scratch.shell("rm -r tree/b; ln -s ../outside tree/b") }
        }
        #expect(paths == ["", "a", "a/x", "b"])
    }

    @Test func theRepositoryIsLeftOutByItsIdentity() throws {
        try scratch.file("data/x")
        try scratch.file("repository/archive")
        let (parent, name) = try FileTree.locate(PathBytes(scratch.path + "/repository"))
        var options = WalkOptions()
        options.excludedFolders = [try parent.status(of: name).identity]
        #expect(try scratch.walk(options) == ["folder ", "folder data", "regular data/x", "skipped repository: the repository itself"])
    }

    @Test func aCacheIsLeftOutOnlyWithTheRightSignature() throws {
        try scratch.file("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# more")
        try scratch.file("cache/x")
        try scratch.file("other/CACHEDIR.TAG", "Signature: 0000")
        var options = WalkOptions()
        options.excludeCaches = true
        #expect(
            try scratch.walk(options) == [
                "folder ", "folder cache", "skipped cache: marked as a cache by CACHEDIR.TAG", "folder other", "regular other/CACHEDIR.TAG",
            ])
    }

    @Test func excludedFoldersAreNotEnteredAndLargeFilesStayOut() throws {
        try scratch.file("node_modules/x")
        try scratch.file("large", "12345")
        try scratch.file("small", "1234")
        var options = WalkOptions()
        options.exclude = try ExcludeRules(["node_modules/"])
        options.largerThan = 4
        #expect(
            try scratch.walk(options) == [
                "folder ", "skipped large: larger than larger_than", "skipped node_modules: excluded", "regular small",
            ])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func anotherMountIsNotEnteredEvenWithTheSameDevice() throws {
        try scratch.shell(
            "mkdir tree tree/tmpfs tree/bind source; touch source/x; mount --bind source tree/bind; mount -t tmpfs none tree/tmpfs")
        defer {
            let unmounted = Result { try scratch.shell("umount tree/bind tree/tmpfs") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        var options = WalkOptions()
        options.oneFileSystem = true
        #expect(
            try scratch.walk(options, below: "/tree") == [
                "folder ", "folder bind", "skipped bind: on another file system", "folder tmpfs", "skipped tmpfs: on another file system",
            ])
        options.oneFileSystem = false
        #expect(try scratch.walk(options, below: "/tree") == ["folder ", "folder bind", "regular bind/x", "folder tmpfs"])
    }
}
