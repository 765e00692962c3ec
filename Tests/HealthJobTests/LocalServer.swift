import CLinux
import Foundation
import Glibc
import Testing

@testable import HealthJob

/// A real server on loopback, ended with this value.
final class LocalServer: Sendable {
    let port: UInt16
    private let pid: pid_t
    private let ending: Int32

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Servers"

    /// A script of `Tests/Servers` that writes its port into the file `port` when it listens.
    convenience init(script: String, _ arguments: [String] = [], in site: Site) throws {
        let name = "port-\(script)-\(arguments.count)"
        try self.init(["/usr/bin/python3", "\(Self.folder)/\(script)", "\(site.path)/\(name)"] + arguments, in: site) {
            try site.shell("timeout 60 sh -c 'until [ -s \(name) ]; do sleep 0.05; done'")
            return try #require(UInt16(try site.text(name).trimmed))
        }
    }

    /// A program that listens on a port that is free now.
    /// - Parameter ending: by which it ends in good order, where it would leave something behind otherwise.
    convenience init(on port: UInt16, _ words: [String], in site: Site, endingBy ending: Int32 = SIGKILL) throws {
        try self.init(words, in: site, endingBy: ending) {
            try site.shell("timeout 60 bash -c 'until (exec 3<>/dev/tcp/127.0.0.1/\(port)) 2>/dev/null; do sleep 0.05; done'")
            return port
        }
    }

    private init(_ words: [String], in site: Site, endingBy ending: Int32 = SIGKILL, ready: () throws -> UInt16) throws {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, site.path + "/server.log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A server that held the pipes of other tests would keep them waiting for their ends.
        try #require(linux_spawn_close_from(&actions, 3) == 0)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var list = words.map { strdup($0) } + [nil]
        defer { list.forEach { free($0) } }
        var child: pid_t = 0
        try #require(posix_spawn(&child, words[0], &actions, &attributes, &list, environ) == 0, "\(words[0]) cannot be started")
        pid = child
        self.ending = ending
        do { port = try ready() } catch {
            kill(-child, ending)
            waitpid(child, nil, 0)
            throw error
        }
    }

    deinit {
        kill(-pid, ending)
        waitpid(pid, nil, 0)
    }

    /// A port that nobody listens on now.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        try #require(code == 0)
        return UInt16(bigEndian: address.sin_port)
    }

    /// Why a program cannot be tested with here; nil when it is there.
    static func obstacle(_ program: String) -> String? {
        access(program, X_OK) == 0 ? nil : "needs \(program): deployment/scripts/setup test"
    }
}
