import Foundation

/// strace(1), which kills or delays a process at a chosen system call.
enum Tracer {
    static let path = "/usr/bin/strace"
    static var isThere: Bool { Files.exists(path) }

    /// Kills the program when one of its threads comes to its `count`-th call; what it starts is let go.
    static func killing(at calls: String, count: Int) -> [String] {
        [path, "-f", "-b", "execve", "-qq", "-o", "/dev/null"] + [
            "-e", "trace=\(calls)", "-e", "inject=\(calls):signal=SIGKILL:when=\(count)",
        ]
    }

    /// Kills a process that runs already, when one of its threads comes to its `count`-th call from now on.
    static func attached(to pid: Int32, killingAt call: String, count: Int, files: String) throws -> Child {
        let inject = ["-e", "trace=\(call)", "-e", "inject=\(call):signal=SIGKILL:when=\(count)"]
        return try Child([path, "-f", "-b", "execve", "-o", "/dev/null"] + inject + ["-p", "\(pid)"], environment: [:], files: files)
    }

    /// Makes calls of a process that runs already fail, until the tracer is stopped.
    static func attached(to pid: Int32, failing calls: String, with error: String, files: String) throws -> Child {
        let inject = ["-e", "trace=\(calls)", "-e", "inject=\(calls):error=\(error)"]
        return try Child([path, "-f", "-b", "execve", "-o", "/dev/null"] + inject + ["-p", "\(pid)"], environment: [:], files: files)
    }

    /// Sends a signal to the program at each thread's `count`-th call; the program keeps its process id.
    static func signalling(_ signal: String, at calls: String, count: Int) -> [String] {
        [path, "-D", "-f", "-b", "execve", "-qq", "-o", "/dev/null"]
            + ["-e", "trace=\(calls)", "-e", "inject=\(calls):signal=\(signal):when=\(count)"]
    }

    /// Makes a folder of programs whose launcher dies at the `count`-th call of this name.
    static func programs(in folder: String, killingLauncherAt call: String, count: Int) throws {
        try installPrograms(in: folder)
        // -D: the program keeps its process id, the tracer is its grandchild. Calls are counted for each process: the one that waits makes
        // none of those that are named, so the first launcher is hit.
        let script = """
            #!/bin/sh
            exec \(path) -D -f -b execve -qq -o /dev/null -e trace=\(call) -e inject=\(call):signal=SIGKILL:when=\(count) \(Programs.launcher)

            """
        try install(script: script, as: "\(folder)/acore-launch")
    }

    /// Makes a folder with copies of the programs.
    static func installPrograms(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["acore-sched", "acore-sched-worker", "acore-launch"] {
            try install("\(Programs.folder)/\(name)", as: "\(folder)/\(name)")
        }
    }

    /// Installs a script as a program.
    static func install(script: String, as path: String) throws {
        try script.write(toFile: path + ".text", atomically: true, encoding: .utf8)
        try install(path + ".text", as: path)
    }

    /// Copies a program by another process: a program that this one holds open to write, a child that is being forked
    /// elsewhere would hold open too, and then it cannot be executed (ETXTBSY).
    static func install(_ source: String, as path: String) throws {
        let copy = try Child(["/usr/bin/install", "-m", "755", source, path], environment: [:], files: path + ".install")
        guard try copy.wait() == .exited(0) else { throw Overdue(description: copy.errors) }
    }
}
