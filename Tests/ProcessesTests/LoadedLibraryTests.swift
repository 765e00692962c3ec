import CLinux
import Testing

/// Libraries that are loaded when one of their functions is called first.
@Suite struct LoadedLibraryTests {
    @Test func aFunctionIsFound() throws {
        let found = try #require(linux_library_function("libm.so.6", "libc6", "sqrt"))
        typealias Root = @convention(c) (Double) -> Double
        #expect(unsafeBitCast(found, to: Root.self)(49) == 7)
    }

    @Test func aLibraryThatIsMissingEndsTheProcessAsTheLinkerWould() async throws {
        let ended = try #require(
            await #expect(processExitsWith: .exitCode(127), observing: [\.standardErrorContent]) {
                _ = linux_library_function("libnone.so.1", "libnone1", "none")
            })
        let told = String(decoding: ended.standardErrorContent, as: UTF8.self)
        #expect(told.contains(": libnone.so.1 cannot be used: libnone.so.1: cannot open shared object file"), "\(told)")
        #expect(told.contains("; fix: install the package libnone1\n"), "\(told)")
    }

    @Test func soDoesAFunctionThatIsMissing() async throws {
        let ended = try #require(
            await #expect(processExitsWith: .exitCode(127), observing: [\.standardErrorContent]) {
                _ = linux_library_function("libm.so.6", "libc6", "no_such_function")
            })
        let told = String(decoding: ended.standardErrorContent, as: UTF8.self)
        #expect(told.contains("undefined symbol: no_such_function; fix: install the package libc6\n"), "\(told)")
    }
}
