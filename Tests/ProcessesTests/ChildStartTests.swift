import Foundation
import Glibc
import Processes
import Testing

/// What a program finds that was started.
@Suite struct ChildStartTests {
    /// What a program printed, and its wait status.
    private func printed(by start: ChildStart) throws -> (text: String, status: Int32) {
        let pipe = Pipe()
        var start = start
        start.output = .descriptor(pipe.fileHandleForWriting.fileDescriptor)
        let child = try start.start()
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return (text, status)
    }

    private func shell(_ script: String) -> ChildStart { ChildStart(["/bin/sh", "-c", script]) }

    @Test func itsEnvironmentIsWhatIsGivenOrOurs() throws {
        var start = ChildStart(["/usr/bin/env"])
        start.environment = ["A=1", "B=two words"]
        #expect(try printed(by: start).text == "A=1\nB=two words\n")
        start.environment = []
        #expect(try printed(by: start).text == "")
        start.environment = nil
        let path = try #require(ProcessInfo.processInfo.environment["PATH"])
        #expect(try printed(by: start).text.contains("PATH=\(path)\n"))
    }

    @Test func itHasNoDescriptorOfOursAndReadsNothing() throws {
        // Open across exec, which no descriptor of ours should be and one of a library may be.
        let left = fcntl(0, F_DUPFD, 200)
        defer { close(left) }
        try #require(left >= 200)
        // The listing has one for the folder that it reads.
        #expect(try printed(by: shell("cat; ls -l /proc/self/fd | grep -c -- '->'")).text == "4\n")
    }

    @Test func itsSignalsAreThoseOfAShell() async throws {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let text = try printed(by: shell("sed -n 's/^Sig\\(Blk\\|Ign\\):\\t//p' /proc/self/status")).text
        let masks = text.split(separator: "\n").compactMap { UInt64($0, radix: 16) }
        // glibc keeps 32 and 33 for itself and leaves them ignored in what it starts.
        #expect(masks.map { $0 & ~(0b11 << 31) } == [0, 0])
    }

    @Test func itReadsWhatIsSpooledHoweverMuch() throws {
        let bytes = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var start = shell("wc -c")
        start.input = .spooled(try SpooledInput(bytes))
        #expect(try printed(by: start).text == "\(bytes.count)\n")
        start = ChildStart(["/usr/bin/od", "-An", "-tu1", "-N4"])
        start.input = .spooled(try SpooledInput(bytes))
        #expect(try printed(by: start).text == "   0  31  62  93\n")
    }

    @Test func itBeginsWhereItIsToAndLeadsItsGroup() throws {
        var start = shell("pwd; cut -d' ' -f5 /proc/$$/stat; echo $$")
        start.folder = "/usr/share"
        start.leadsGroup = true
        let lines = try printed(by: start).text.split(separator: "\n")
        #expect(lines.count == 3 && lines[0] == "/usr/share" && lines[1] == lines[2])
        start.leadsGroup = false
        #expect(try printed(by: start).text.split(separator: "\n")[1] == "\(getpgrp())")
    }

    @Test func anotherFileThanTheFirstArgumentIsCarriedOut() throws {
        var start = ChildStart(["a-name", "-c", "echo $0"])
        start.executable = "/bin/sh"
        #expect(try printed(by: start).text == "a-name\n")
        #expect(try printed(by: ChildStart(["sh", "-c", "exit 7"])).status == 7 << 8)
    }

    @Test func whyOneDoesNotStartIsTold() throws {
        #expect(throws: SpawnFailure(code: ENOENT)) { try ChildStart(["/no/such/program"]).start() }
        #expect(throws: SpawnFailure(code: EACCES)) { try ChildStart(["/etc/passwd"]).start() }
        var start = shell("exit 0")
        start.folder = "/no/such/folder"
        #expect(throws: SpawnFailure(code: ENOENT)) { try start.start() }
        #expect("\(SpawnFailure(code: ENOENT))" == "No such file or directory")
    }
}
