import FileTree
import Glibc
import JobKit

/// What opens the door of a copy: a file that nobody else may read.
struct CopyCredential {
    /// A key is a short text.
    private static let sizeLimit = 65_536

    /// Where it lies.
    let path: String
    private let text: String

    /// - Parameter name: an absolute path, or the name of one of the run's secrets or of the unit's credentials.
    init(_ name: String, for copy: String, in context: JobContext) throws(CopyError) {
        path = try Self.path(of: name, for: copy, in: context)
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else {
            throw CopyError(
                .lasting, "the key of copy \(copy) cannot be read: \(path): \(String(cString: strerror(errno)))",
                fix: "put it into that file, with mode 0400")
        }
        let file = HeldDescriptor(adopting: number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CopyError(
                .lasting, "the key of copy \(copy), \(path), is not a plain file", fix: "put it into a plain file with mode 0400")
        }
        // The group may read: systemd lets a unit's user read its credentials by an access list, which shows there.
        guard status.st_mode & 0o027 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw CopyError(
                .lasting, "others may read or change the key of copy \(copy), \(path) (mode \(mode))", fix: "chmod 0400 \(path)")
        }
        do throws(FileTreeError) {
            text = String(decoding: try file.read(Self.sizeLimit), as: UTF8.self)
        } catch {
            throw CopyError(.lasting, "the key of copy \(copy) cannot be read: \(error.at(PathBytes(path)))", fix: "check the disk")
        }
    }

    private static func path(of name: String, for copy: String, in context: JobContext) throws(CopyError) -> String {
        if name.hasPrefix("/") { return name }
        let folders = [context.secretsDirectory, getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }].compactMap(\.self)
        let paths = folders.map { "\($0)/\(name)" }
        guard !name.contains("/"), let path = paths.first(where: { access($0, F_OK) == 0 }) else {
            throw CopyError(
                .lasting, "the run has no secret named \(name), the key of copy \(copy)",
                fix: "add secrets: {\(name): secret:SOURCE} to the job, or write the absolute path of a file")
        }
        return path
    }

    /// An access key of S3.
    struct AccessKey {
        let id: String
        let secret: Secret
        /// Of a key that is good for a while only.
        let token: Secret?
    }

    /// Reads the first profile of a file as Amazon's tools have it.
    func accessKey() throws(CopyError) -> AccessKey {
        var values: [String: String] = [:]
        var profiles = 0
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("[") { profiles += 1 }
            guard profiles < 2, let mark = line.firstIndex(of: "=") else { continue }
            values[Self.trimmed(line[..<mark])] = Self.trimmed(line[line.index(after: mark)...])
        }
        guard let id = values["aws_access_key_id"], let secret = values["aws_secret_access_key"], !id.isEmpty, !secret.isEmpty else {
            throw CopyError(
                .lasting, "\(path) holds no access key",
                fix: "write two lines into it: aws_access_key_id = … and aws_secret_access_key = …")
        }
        return AccessKey(id: id, secret: Secret(secret), token: values["aws_session_token"].map { Secret($0) })
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
