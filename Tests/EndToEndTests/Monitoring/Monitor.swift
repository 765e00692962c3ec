import Foundation
import Glibc
import Testing

/// Asks a daemon what a monitor asks.
struct Monitor {
    let site: Site
    let port: Int
    var host = "127.0.0.1"

    /// An answer.
    struct Answer {
        let status: Int
        let type: String
        let body: String
    }

    /// Writes the settings of a site whose daemon listens at a free port.
    /// - Parameter address: where it listens; nil for `host`.
    init(_ site: Site, host: String = "127.0.0.1", listensAt address: String? = nil, settings: String = "") throws {
        self.site = site
        self.host = host
        port = try Self.freePort(version6: host.contains(":"))
        try site.configure("listen: \"\(address ?? host):\(port)\"\n\(settings)")
    }

    /// - Parameter name: what the machine is called in the request; nil for its address.
    func get(_ path: String, host name: String? = nil) throws -> Answer {
        try ask(["http://\(host):\(port)\(path)"] + (name.map { ["-H", "Host: \($0)"] } ?? []))
    }

    /// The same over the control socket.
    func getOverSocket(_ path: String) throws -> Answer {
        try ask(["--unix-socket", site.state + "/control.sock", "http://local\(path)"])
    }

    /// The status is 0 where nobody listens.
    private func ask(_ words: [String]) throws -> Answer {
        let name = "\(site.root)/asked-\(UInt64.random(in: 0 ... .max))"
        let curl = ["/usr/bin/curl", "-s", "-g", "--max-time", "30", "-w", "\n%{content_type}\n%{http_code}"]
        let asked = try Child(curl + words, environment: site.environment, files: name)
        try asked.wait()
        let lines = asked.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Answer(
            status: Int(lines.last ?? "") ?? 0, type: lines.dropLast().last ?? "", body: lines.dropLast(2).joined(separator: "\n"))
    }

    /// The series of `/metrics` and their values, as lines name them.
    func series() throws -> [String: Double] {
        let answer = try get("/metrics")
        #expect(answer.status == 200)
        let pairs = answer.body.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line -> (String, Double)? in
            guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else { return nil }
            return (String(line[..<blank]), value)
        }
        #expect(Set(pairs.map(\.0)).count == pairs.count, "a series is there twice")
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Waits until a path is answered with a status.
    func wait(for path: String, status: Int, of daemon: Child) throws {
        for _ in 0..<Self.looks {
            if try get(path).status == status { return }
            if daemon.hasEnded { break }
        }
        throw Overdue(description: "\(path) was never answered with \(status)\n\(daemon.errors)")
    }

    /// Waits until a series has a value.
    func wait(for name: String, _ value: Double) throws {
        for _ in 0..<Self.looks where try series()[name] == value { return }
        throw Overdue(description: "\(name) never became \(value)")
    }

    /// What a daemon answers changes without a sign, so that it is asked again and again; each time a process is started for it.
    private static let looks = 5000

    /// A port that nobody has just now.
    static func freePort(version6: Bool = false) throws -> Int {
        let taken = try TakenPort(0, version6: version6)
        return taken.port
    }
}

/// A port that somebody else listens at.
final class TakenPort {
    let port: Int
    private let descriptor: Int32

    init(_ wanted: Int, version6: Bool = false) throws {
        let descriptor = socket(version6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        // Both kinds of address begin with family and port.
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(version6 ? AF_INET6 : AF_INET)
        address.sin6_port = in_port_t(wanted).bigEndian
        if version6 { inet_pton(AF_INET6, "::1", &address.sin6_addr) }
        var size = socklen_t(version6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                if !version6 {
                    address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        _ = inet_pton(AF_INET, "127.0.0.1", &$0.pointee.sin_addr)
                    }
                }
                return bind(descriptor, address, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        self.descriptor = descriptor
        port = Int(in_port_t(bigEndian: address.sin6_port))
        guard bound else { throw Overdue(description: "no port \(wanted): \(errno)") }
    }

    deinit { close(descriptor) }
}
