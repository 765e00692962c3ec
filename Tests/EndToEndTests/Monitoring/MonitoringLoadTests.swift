import Foundation
import Glibc
import Testing

/// Whoever asks much, or badly, costs the others nothing.
@Suite(.ownThread)
struct MonitoringLoadTests {
    private static func resident(_ pid: Int32) -> Int {
        Files.text("/proc/\(pid)/statm").split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
    }

    private static func descriptors(_ pid: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    }

    /// Connections that say something and then neither read nor write.
    private final class Idlers {
        private var descriptors: [Int32] = []

        init(_ count: Int, at port: Int, saying text: String) throws {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
            for _ in 0..<count {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                var room: Int32 = 4096
                setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, 4)
                let connected = withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                guard connected == 0 else { throw Overdue(description: "cannot connect: \(errno)") }
                let bytes = Array(text.utf8)
                _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                descriptors.append(descriptor)
            }
        }

        deinit { for descriptor in descriptors { close(descriptor) } }
    }

    @Test func scrapersWithoutMannersAreBoundedAndTheControlSocketAnswers() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        for number in 0..<300 { try site.job("job-\(number)", Jobs.shell("true", schedule: "0 0 1 1 *")) }
        let monitor = try Monitor(site)
        let daemon = try site.daemon()
        // Once everything has been asked for, memory is what it takes.
        _ = try monitor.series()
        let (memory, open) = (Self.resident(daemon.pid), try Self.descriptors(daemon.pid))
        var idlers: [Idlers] = try [
            Idlers(20, at: monitor.port, saying: "GET /metr"),
            Idlers(20, at: monitor.port, saying: "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ]
        let url = "http://127.0.0.1:\(monitor.port)/metrics"
        let scrapers = try (0..<100).map { number in
            try Child(
                ["/usr/bin/curl", "-s", "-o", "/dev/null", "--max-time", "100", "-w", "%{http_code}", url], environment: site.environment,
                files: "\(site.root)/scraper\(number)")
        }
        let count = Files.lines("\(site.marks)/beat").count
        for _ in 0..<5 {
            let began = Watch.now()
            let status = try site.start("status")
            #expect(try status.wait() == .exited(0), "\(status.errors)")
            #expect(Watch.now() - began < 10_000)
        }
        try site.marks("beat", atLeast: count + 2, of: daemon)
        #expect(try Self.descriptors(daemon.pid) < open + 60)
        for scraper in scrapers {
            #expect(try scraper.wait(patience: 120_000) == .exited(0))
            #expect(scraper.output == "200")
        }
        #expect(Self.resident(daemon.pid) < memory + (100 << 20), "from \(memory) to \(Self.resident(daemon.pid))")
        idlers = []
        #expect(idlers.isEmpty)
        #expect(try monitor.get("/health").status == 200)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        try SlotBook(site).check()
    }
}
