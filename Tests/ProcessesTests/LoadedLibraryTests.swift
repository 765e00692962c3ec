import CLinux
import Testing

/// Libraries that are loaded when one of their functions is called first.
@Suite struct LoadedLibraryTests {
    @Test func aFunctionIsFound() throws {
        let found = try #require(linux_library_function("libm.so.6", "libc6", "sqrt"))
        typealias Root = @convention(c) (Double) -> Double
        #expect(unsafeBitCast(found, to: Root.self)(49) == 7)
    }
}
