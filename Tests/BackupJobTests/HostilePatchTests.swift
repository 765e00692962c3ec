import Foundation
import JobKit
import Testing

/// Points that somebody made of small files, and whose lists ask for memory or time without end: every way to read them refuses them at once.
@Suite struct HostilePatchTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// A file of a point, and why it is refused.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        /// Members of the entry `data/a` with the content `x`.
        let entry: String
        let reason: String
    }

    private static let huge = 1_152_921_504_606_846_975

    @Test(
        "is refused, with little memory and at once",
        arguments: [
            Row(
                testDescription: "a list of a billion blocks",
                entry: #""patches":[["1048576 0 0 1000000000\n",1]],"line":{"size":\#(1 << 50),"base_size":1}"#,
                reason: "the list of a patch cannot be read"),
            Row(
                testDescription: "a block far behind the end of any file",
                entry: #""patches":[["1048576 1000000000 0 1\n",1]],"line":{"size":\#(1 << 50),"base_size":1}"#,
                reason: "the list of a patch cannot be read"),
            Row(
                testDescription: "a block of a pebibyte",
                entry: #""patches":[["\#(1 << 50) 0 0 1\n",1]],"line":{"size":\#(1 << 50),"base_size":1}"#,
                reason: "the list of a patch cannot be read"),
            Row(
                testDescription: "a block of a tebibyte over a small file",
                entry: #""patches":[["\#(1 << 40) 0 0 1\n",1]],"line":{"size":1,"base_size":1}"#,
                reason: "its patch 1 has blocks of another size than the file"),
            Row(
                testDescription: "a block of a tebibyte over a file that would have such blocks",
                entry: #""patches":[["\#(1 << 40) 0 0 1\n",1]],"line":{"size":\#(1 << 54),"base_size":1}"#,
                reason: "its patches do not reach the size that the manifest says"),
            Row(
                testDescription: "more blocks than data",
                entry: #""patches":[["1048576 0 0 16384\n",1]],"line":{"size":17179869184,"base_size":1}"#,
                reason: "the data of a patch is not what its list says"),
            Row(
                testDescription: "patches that leave out a part",
                entry: #""patches":[["1048576 0 0 1\n",1048576]],"line":{"size":17179869184,"base_size":1}"#,
                reason: "its patches do not reach the size that the manifest says"),
            Row(
                testDescription: "a file that grew without a patch", entry: #""line":{"size":\#(1 << 50),"base_size":1}"#,
                reason: "its patches do not reach the size that the manifest says"),
            Row(
                testDescription: "a base that is longer than its member", entry: #""line":{"size":1,"base_size":\#(huge)}"#,
                reason: "it is shorter than the manifest says"),
            Row(
                testDescription: "more patches than a file has",
                entry: #""line":{"base_size":1,"patches":[\#((0..<51).map { _ in "0" }.joined(separator: ","))]}"#,
                reason: "more patches than a file has"),
            Row(
                testDescription: "a file of an exbibyte of holes", entry: #""line":{"size":\#(huge)}"#,
                reason: "it is shorter than the manifest says"),
        ])
    func isRefused(_ row: Row) async throws {
        try ForgedRepository.make(in: bench, #"[{"path":"data","type":"folder"},{"path":"data/a","content":"x",\#(row.entry)}]"#)
        try await expectRefusal(row.reason)
    }

    @Test func filesWhoseSizesAreMoreThanANumberHoldsAreRefused() async throws {
        let files = (0..<9).map { #"{"path":"data/\#($0)","content":"x","line":{"size":\#(Self.huge)}}"# }
        try ForgedRepository.make(in: bench, #"[{"path":"data","type":"folder"},\#(files.joined(separator: ","))]"#)
        try await expectRefusal("it is shorter than the manifest says", path: "data/0")
    }

    @Test(
        "a synthetic full point of such a file is not made",
        arguments: [
            (#""line":{"size":\#(huge)}"#, "it is shorter than the manifest says"),
            (#""line":{"size":\#(1 << 50),"base_size":1}"#, "its patches do not reach the size that the manifest says"),
            (
                #""patches":[["1048576 0 0 1000000000\n",1]],"line":{"size":\#(1 << 50),"base_size":1}"#,
                "the list of a patch cannot be read"
            ),
        ])
    func isNotCopied(entry: String, reason: String) throws {
        try ForgedRepository.make(in: bench, #"[{"path":"data","type":"folder"},{"path":"data/a","content":"x",\#(entry)}]"#)
        let request = bench.request(bench.settings(#""type":"synthetic""#))
        let (told, status) = try DriverProcess(request, through: ["python3", "-c", Self.measured]).finish()
        #expect(status == 1 && told.contains(reason), "\(told)")
        #expect(
            try bench.scratch.shell("ls repo/tmp repo/set-nightly/data/c-*").hasSuffix(
                "0000.manifest.zst\n0000.point.json\n0000.tar.zst\n\nrepo/tmp:\n"))
    }

    /// Reads the point in every way.
    private func expectRefusal(_ reason: String, path: String = "data/a") async throws {
        for words in [["restore", "latest", "--to", bench.scratch.path + "/out"], ["verify"], ["cat", "latest", path]] {
            let driver = try DriverProcess(bench.request(bench.settings(), call: words), through: ["python3", "-c", Self.measured])
            let (told, status) = try driver.finish()
            #expect(status == 1 && told.contains(reason), "\(words[0]): \(told)")
            let peak = try #require(told.split(separator: " ").last.flatMap { Int($0) })
            #expect(peak < 100_000, "\(words[0]): \(told)")
            #expect(try bench.scratch.run("test -e out").status == 1)
        }
    }

    /// Prints all that a command says in one line, and the most memory that it took in KiB. It may take so much, and so long.
    private static let measured = """
        import resource, subprocess, sys
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        ended = subprocess.run(sys.argv[1:], stdin=0, stdout=subprocess.PIPE, preexec_fn=limit, timeout=60)
        print(ended.stdout.decode(errors='replace').replace(chr(10), ' | '), 'peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        sys.exit(ended.returncode if ended.returncode >= 0 else 100)
        """
}
