import Daemon
import Glibc
import JobKit

/// A plugin to begin with.
struct Starter {
    /// A file of it, its path below the folder.
    private struct File {
        let path: String
        let text: String
        var mode: mode_t = 0o644
    }

    let name: String
    let language: PluginsNewCommand.Language

    private var files: [File] {
        switch language {
        case .sh: [File(path: name, text: filled(ShellStarter.text), mode: 0o755)]
        case .python: [File(path: name, text: filled(PythonStarter.text), mode: 0o755)]
        case .swift:
            [
                File(path: "\(name)/Package.swift", text: filled(SwiftStarter.manifest)),
                File(path: "\(name)/Sources/\(name)/Main.swift", text: filled(SwiftStarter.main)),
                File(path: "\(name)/Sources/\(name)/\(typeName)Job.swift", text: filled(SwiftStarter.job)),
                File(path: "\(name)/Sources/\(name)/\(typeName)Settings.swift", text: filled(SwiftStarter.settings)),
            ]
        }
    }

    /// `my-plugin` as the name of a type.
    private var typeName: String { name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    private func filled(_ text: String) -> String { text.replacing("NAME", with: name).replacing("TYPE", with: typeName) }

    /// Writes its files, none over another.
    func write(in folder: String) throws(DaemonError) {
        if language == .swift, access("\(folder)/\(name)", F_OK) == 0 { throw Self.isThere("\(folder)/\(name)") }
        for file in files { try write(file, in: folder) }
    }

    private func write(_ file: File, in folder: String) throws(DaemonError) {
        let path = "\(folder)/\(file.path)"
        try makeParents(of: path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, file.mode)
        guard descriptor >= 0 else { throw errno == EEXIST ? Self.isThere(path) : Self.failure(path) }
        defer { close(descriptor) }
        let bytes = Array(file.text.utf8)
        // Whoever's umask it is: a plugin that others may write is refused, one that may not be run is none.
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, file.mode) == 0 else {
            throw Self.failure(path)
        }
    }

    private func makeParents(of path: String) throws(DaemonError) {
        var parent = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/").dropLast() {
            parent += "/\(part)"
            guard mkdir(parent, 0o755) == 0 else {
                if errno == EEXIST { continue }
                throw Self.failure(parent)
            }
            guard chmod(parent, 0o755) == 0 else { throw Self.failure(parent) }
        }
    }

    private static func isThere(_ path: String) -> DaemonError {
        DaemonError(
            "\(path) is there already, and nothing is overwritten", fix: "choose another name, or another folder with --output",
            category: .busy)
    }

    private static func failure(_ path: String) -> DaemonError {
        let category: DaemonError.Category = errno == EACCES || errno == EPERM ? .refused : .failed
        return DaemonError(
            "\(path) cannot be written: \(String(cString: strerror(errno)))", fix: "name a folder that you may write with --output",
            category: category)
    }

    /// What to do with it.
    func nextSteps(folder: String, plugins: String) -> String {
        let written = files.map { "  \(folder)/\($0.path)" }.joined(separator: "\n")
        let place = "\(plugins)/\(name)"
        let install: [String] =
            switch language {
            case .swift:
                [
                    "  cd \(folder)/\(name) && ACORE_SCHED_SOURCE=/path/to/acore-sched swift build -c release",
                    "  install -D -m 755 .build/release/\(name) \(place)",
                ]
            case .sh, .python: folder == plugins ? [] : ["  install -D -m 755 \(folder)/\(name) \(place)"]
            }
        let steps =
            install + [
                "  acore-sched plugins show \(name)",
                "  printf 'uses: \(name)\\nwith: {count: 3}\\n' > jobs.d/try-\(name).yaml",
                "  acore-sched run-now try-\(name)",
                "  acore-sched \(name) hello ./you",
                "A daemon that runs knows it after its next start.",
            ]
        return "wrote\n\(written)\nnext:\n\(steps.joined(separator: "\n"))"
    }
}
