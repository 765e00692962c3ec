import Foundation
import Glibc
import Testing

/// A place for copies with the real server behind it, on loopback and in a scratch folder.
final class CopyServer: @unchecked Sendable {
    // Unchecked: a test uses it from one task.
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case folder, sftp, s3
        var testDescription: String { rawValue }
    }

    /// Why a kind cannot be tested here; nil when it can.
    static func obstacle(_ kind: Kind) -> String? {
        switch kind {
        case .folder: nil
        case .sftp: access("/usr/sbin/sshd", X_OK) == 0 ? nil : "needs sshd: deployment/scripts/setup test"
        case .s3: access(moto, X_OK) == 0 ? nil : "needs moto_server: deployment/scripts/setup test"
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let moto = root + "/.build/test-servers/bin/moto_server"
    private static let python = root + "/.build/test-servers/bin/python"

    let kind: Kind
    private let scratch: Scratch
    private let port: UInt16
    private var pid: pid_t?

    /// Starts it, empty.
    init(_ kind: Kind, in scratch: Scratch) throws {
        self.kind = kind
        self.scratch = scratch
        port = try Self.freePort()
        try #require(Self.obstacle(kind) == nil)
        try scratch.shell("mkdir -p server store")
        if kind == .sftp {
            try scratch.shell(
                """
                cd server; for key in host user other; do ssh-keygen -q -t ed25519 -N '' -f $key; done; cp user.pub authorized
                echo "[127.0.0.1]:\(port) $(cut -d' ' -f1,2 host.pub)" > known_hosts
                echo "[127.0.0.1]:\(port) $(cut -d' ' -f1,2 other.pub)" > other_hosts
                cat > config <<END
                Port \(port)
                ListenAddress 127.0.0.1
                HostKey $PWD/host
                AuthorizedKeysFile $PWD/authorized
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                PidFile none
                Subsystem sftp /usr/lib/openssh/sftp-server -e -l INFO 2>>$PWD/sftp.log
                END
                [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
                """)
        }
        try start()
    }

    deinit { stop() }

    /// The settings of a copy there, as JSON members.
    func settings(_ more: String = "") -> String {
        let path = scratch.path
        let more = more.isEmpty ? "" : "," + more
        return switch kind {
        case .folder: #""to":"\#(path)/store"\#(more)"#
        case .sftp:
            #""to":"sftp://\#(NSUserName())@127.0.0.1:\#(port)\#(path)/store","key":"\#(path)/server/user","#
                + #""known_hosts":"\#(path)/server/known_hosts"\#(more)"#
        case .s3: #""to":"s3://bucket/some/prefix","key":"\#(path)/server/keys","endpoint":"http://127.0.0.1:\#(port)"\#(more)"#
        }
    }

    /// Starts it anew; an S3 server has forgotten everything.
    func start() throws {
        guard kind != .folder else { return }
        pid =
            try kind == .sftp
            ? spawn(["/usr/sbin/sshd", "-D", "-e", "-f", scratch.path + "/server/config"])
            : spawn(["/usr/bin/env", "INITIAL_NO_AUTH_ACTION_COUNT=3", Self.moto, "-H", "127.0.0.1", "-p", "\(port)"])
        try scratch.shell("timeout 60 bash -c 'until (exec 3<>/dev/tcp/127.0.0.1/\(port)) 2>/dev/null; do sleep 0.1; done'")
        if kind == .s3 {
            try scratch.shell(
                "umask 077; \(Self.python) \(Self.root)/Tests/Servers/make-bucket http://127.0.0.1:\(port) server/keys bucket")
        }
    }

    /// Starts a program with none of our descriptors: Foundation's Process takes one that closes all of its own, as sshd does, for ended.
    private func spawn(_ words: [String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let closing = #"for n in /proc/$$/fd/*; do n=${n##*/}; [ $n -le 2 ] || eval "exec $n>&-"; done; exec "$@""#
        var arguments = (["bash", "-c", closing, "bash"] + words).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        try #require(posix_spawn(&pid, "/bin/bash", &actions, nil, &arguments, environ) == 0)
        return pid
    }

    /// Ends it and its connections as a power cut would.
    func stop() {
        guard let pid else { return }
        for pid in Self.descendants(of: pid) { kill(pid, SIGKILL) }
        waitpid(pid, nil, 0)
        self.pid = nil
    }

    private static func descendants(of pid: Int32) -> [Int32] {
        guard let text = FileManager.default.contents(atPath: "/proc/\(pid)/task/\(pid)/children") else { return [pid] }
        let children = String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
        return [pid] + children.flatMap(descendants)
    }

    /// What the server has said.
    var log: String { scratch.path + "/server/log" }

    /// Looks at the bucket from outside.
    @discardableResult
    func s3(_ command: String) throws -> String {
        try scratch.shell("\(Self.python) \(Self.root)/Tests/Servers/s3 http://127.0.0.1:\(port) server/keys bucket \(command)")
    }

    /// Every file and its size, as lines, without the prefix.
    func files() throws -> String {
        kind == .s3
            ? try s3("list").replacing("some/prefix/", with: "")
            : try scratch.shell("find . -type f -printf '%P %s\\n' | sort", in: "store")
    }

    /// Cuts a file short.
    func truncate(_ path: String, to size: Int) throws {
        if kind == .s3 { try s3("truncate some/prefix/\(path) \(size)") } else { try scratch.shell("truncate -s \(size) store/\(path)") }
    }

    /// Flips a bit in the middle of a file.
    func flip(_ path: String) throws {
        let script =
            "import sys; f=open(sys.argv[1],'r+b'); f.seek(0,2); p=f.tell()//2; f.seek(p); b=f.read(1)[0]^1; f.seek(p); f.write(bytes([b]))"
        if kind == .s3 { try s3("flip some/prefix/\(path)") } else { try scratch.shell("python3 -c \"\(script)\" store/\(path)") }
    }

    /// Leaves the beginning of a file there, as a run that died does.
    func begin(_ path: String) throws {
        if kind == .s3 { try s3("begin some/prefix/\(path)") } else { try scratch.shell("echo half > store/\(path).part") }
    }

    private static func freePort() throws -> UInt16 {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(number, address, length) == 0 && getsockname(number, address, &length) == 0
            }
        }
        try #require(result)
        return UInt16(bigEndian: address.sin_port)
    }
}
