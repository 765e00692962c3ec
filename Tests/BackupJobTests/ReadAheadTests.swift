import FileTree
import Foundation
import Testing

@testable import BackupJob

/// Files that are asked for before the run comes to them.
@Suite struct ReadAheadTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func path(_ number: Int) -> String { scratch.path + "/tree/\(1000 + number)" }

    /// Whether the first page of a file is in memory.
    private func isInMemory(_ number: Int) throws -> Bool {
        let file = open(path(number), O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        let memory = try #require(mmap(nil, 4096, PROT_READ, MAP_SHARED, file, 0))
        defer { munmap(memory, 4096) }
        var state: UInt8 = 0
        try #require(mincore(memory, 4096, &state) == 0)
        return state & 1 == 1
    }

    private func makeTree(evicted: Bool) throws {
        try scratch.shell("mkdir tree; for i in $(seq 1000 1199); do head -c 20000 /dev/urandom > tree/$i; done; sync tree/*")
        guard evicted else { return }
        for number in 0..<200 {
            let file = open(path(number), O_RDONLY | O_CLOEXEC)
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
            close(file)
        }
    }

    @Test func filesThatHaveToComeFromADiskAreAskedForALittleAhead() throws {
        try makeTree(evicted: true)
        // A file system in memory has nothing to wait for.
        guard try !isInMemory(130) else { return }
        let ahead = ReadAhead(root: PathBytes(scratch.path + "/tree"), options: WalkOptions())
        defer { ahead.end() }
        for number in 0..<80 {
            _ = try Data(contentsOf: URL(fileURLWithPath: path(number)))
            ahead.noteEntry()
        }
        let clock = ContinuousClock()
        let begun = clock.now
        while try !isInMemory(130), clock.now - begun < .seconds(60) { sched_yield() }
        #expect(try isInMemory(130))
        // Of 80 entries on, 64 at most.
        #expect(try !isInMemory(160))
    }

    @Test func aTreeThatIsInMemoryGetsNoSecondWalk() throws {
        try makeTree(evicted: false)
        // The first time round this program's own code may have to come from the disk.
        _ = try walk()
        #expect(try !walk().isWalking)
    }

    /// Reads the tree as a run does.
    private func walk() throws -> ReadAhead {
        let ahead = ReadAhead(root: PathBytes(scratch.path + "/tree"), options: WalkOptions())
        defer { ahead.end() }
        for number in 0..<200 {
            _ = try Data(contentsOf: URL(fileURLWithPath: path(number)))
            ahead.noteEntry()
        }
        return ahead
    }
}
