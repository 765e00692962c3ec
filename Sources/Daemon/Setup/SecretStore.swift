import CLinux
import Glibc

/// Where `secret:NAME` leads: files in the credentials folder of the unit, or in the secrets folder.
package struct SecretStore: Sendable {
    /// No secret is larger; a key with its certificate chain is far below.
    package static let bound = 64 * 1024

    package let directory: String

    package init(directory: String) { self.directory = directory }

    /// The bytes of a secret.
    /// - Throws: when the file is missing, is not a plain file, or others may read it.
    package func read(_ name: String) throws(DaemonError) -> [UInt8] {
        let path = "\(directory)/\(name)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw DaemonError(
                "secret:\(name) cannot be read: \(path): \(errnoText())",
                fix: "put the secret into that file with mode 0400, or into the unit with LoadCredential=\(name):…")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw DaemonError("secret:\(name): \(path) is not a plain file", fix: "put the secret into a plain file with mode 0400")
        }
        guard status.st_mode & 0o027 == 0 else {
            throw DaemonError(
                "secret:\(name): others may read or change \(path) (mode \(String(status.st_mode & 0o777, radix: 8)))",
                fix: "chmod 0400 \(path)", category: .refused)
        }
        return try contents(of: descriptor, path: path)
    }

    private func contents(of descriptor: Int32, path: String) throws(DaemonError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.bound + 1)
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count) }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw DaemonError("cannot read \(path): \(errnoText())", fix: "check the disk") }
            if read == 0 { break }
            count += read
        }
        guard count <= Self.bound else {
            throw DaemonError("\(path) is larger than \(Self.bound) bytes", fix: "a secret is a short text or a key")
        }
        return Array(bytes[..<count])
    }
}
