import FileTree
import Glibc
import Testing

/// Locks of what is open.
@Suite struct LockTests {
    private let scratch: Scratch
    private let folder: HeldDescriptor

    init() throws {
        scratch = try Scratch()
        folder = try HeldDescriptor.folder(at: PathBytes(scratch.path))
    }

    private func again() throws -> HeldDescriptor { try folder.openFolder(PathBytes(".")) }

    @Test func aLockShutsOutOthersAndReadersShareIt() throws {
        let (first, second) = (try again(), try again())
        #expect(first.lock(.shared) && second.lock(.shared))
        #expect(!folder.lock(.exclusive))
        #expect(errno == EWOULDBLOCK)
        first.unlock()
        second.unlock()
        #expect(folder.lock(.exclusive))
        #expect(!first.lock(.shared))
    }

    /// What a program that is being started has for a moment: the same open file under another number.
    @Test func aLockEndsWithItsHolderThoughACopyOfTheDescriptorIsOpen() throws {
        var holder: HeldDescriptor? = try again()
        let number = try #require(holder).number
        #expect(try #require(holder).lock(.exclusive))
        let copy = HeldDescriptor(adopting: dup(number))
        #expect(!folder.lock(.exclusive))
        holder = nil
        #expect(folder.lock(.exclusive))
        withExtendedLifetime(copy) {}
    }
}
