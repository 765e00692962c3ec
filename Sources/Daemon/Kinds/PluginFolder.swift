import CLinux
import Foundation
import Glibc
import JobFiles
import JobKit

/// The folder whose programs are kinds. One that is not there holds none.
package struct PluginFolder: Sendable {
    /// More plugins than this are not looked at.
    package static let mostPlugins = 200

    package let path: String
    /// How long a plugin may take to say what it is.
    package let patience: Duration

    package init(path: String, patience: Duration = .seconds(20)) {
        self.path = path
        self.patience = patience
    }

    /// A program that may be asked what it is.
    struct Program: Sendable {
        let path: String
        let identity: FileIdentity
    }

    /// What lies in the folder.
    struct Contents {
        /// In the order of their names.
        var programs: [Program] = []
        var findings: [PluginFinding] = []
    }

    /// Looks at every name. Whatever is not used is among the findings, but hidden files, editors' backups and folders.
    func contents() -> Contents {
        var contents = Contents()
        guard access(path, F_OK) == 0 else { return contents }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).filter(Self.isMeant).sorted()
        } catch {
            let fix = "make it a folder that the daemon's user may read, or name another with --plugins-dir"
            contents.findings = [
                PluginFinding(path: path, problem: "the folder of plugins cannot be listed: \(error.localizedDescription)", fix: fix)
            ]
            return contents
        }
        let refusal = complaint(aboutFolder: path)
        if let refusal { contents.findings.append(PluginFinding(path: path, problem: refusal.problem, fix: refusal.fix)) }
        for name in names.prefix(Self.mostPlugins) {
            do throws(PluginFinding) {
                guard let program = try program("\(path)/\(name)") else { continue }
                if let refusal { throw PluginFinding(path: program.path, problem: refusal.problem, fix: refusal.fix) }
                contents.programs.append(program)
            } catch {
                contents.findings.append(error)
            }
        }
        if names.count > Self.mostPlugins {
            let problem = "there are \(names.count) files, and only the first \(Self.mostPlugins) are looked at"
            contents.findings.append(PluginFinding(path: path, problem: problem, fix: "keep nothing but plugins in the folder"))
        }
        return contents
    }

    /// The word that jobs most likely use for a plugin that does not say: its file's name up to the first dot.
    static func likelyKind(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.split(separator: ".").first.map(String.init) ?? name
    }

    private static func isMeant(_ name: String) -> Bool { !name.hasPrefix(".") && !name.hasPrefix("#") && !name.hasSuffix("~") }

    /// - Returns: nil for a folder.
    private func program(_ path: String) throws(PluginFinding) -> Program? {
        guard let resolved = realpath(path, nil) else {
            throw PluginFinding(path: path, problem: "it cannot be looked at: \(errnoText())", fix: "remove it, or correct the link")
        }
        defer { free(resolved) }
        let target = String(cString: resolved)
        var status = stat()
        guard stat(target, &status) == 0 else {
            throw PluginFinding(path: path, problem: "it cannot be looked at: \(errnoText())", fix: "let the daemon's user reach it")
        }
        if status.st_mode & S_IFMT == S_IFDIR { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw PluginFinding(path: path, problem: "it is no regular file", fix: "put a program here, or remove it")
        }
        let folder = target.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let refusal =
            AccessRules.complaint(aboutEntry: target, user: geteuid()) ?? complaint(aboutFolder: folder.isEmpty ? "/" : folder)
        if let refusal { throw PluginFinding(path: path, problem: refusal.problem, fix: refusal.fix) }
        guard status.st_mode & 0o111 != 0 else {
            throw PluginFinding(
                .warning, path: path, problem: "it is not executable, so it is no plugin", fix: "chmod a+x \(path), or move it elsewhere")
        }
        guard let identity = FileIdentity(path: target) else {
            throw PluginFinding(path: path, problem: "it has gone", fix: "remove the link, or put the program back")
        }
        return Program(path: path, identity: identity)
    }

    /// Root trusts a folder only with all that are above it; anybody else must at least be the only one to write into it.
    private func complaint(aboutFolder folder: String) -> FileRefusal? {
        geteuid() == 0 ? AccessRules.complaint(aboutFolder: folder) : AccessRules.complaint(aboutEntry: folder, user: geteuid())
    }
}
