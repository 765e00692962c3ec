import Glibc
import JobKit

/// A text of the settings that may end in a secret of the run: `Bearer secret:TOKEN` means the content of the file `TOKEN` behind `Bearer `.
struct SecretText: Sendable, Hashable {
    private static let mark = "secret:"
    /// A token is short.
    private static let sizeLimit = 65_536

    /// Before the secret, or the whole text where there is none.
    private let plain: String
    /// The name below `secrets:` of the job.
    let secretName: String?

    init(_ text: String) {
        guard let found = text.firstRange(of: Self.mark), found.lowerBound == text.startIndex || text[..<found.lowerBound].hasSuffix(" ")
        else {
            plain = text
            secretName = nil
            return
        }
        plain = String(text[..<found.lowerBound])
        secretName = String(text[found.upperBound...])
    }

    /// Why a secret cannot be used; never holds a part of it.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The whole text.
    func resolved(in folder: String?) throws(Failure) -> Secret {
        guard let secretName else { return Secret(plain) }
        guard SettingType.TextForm.name.complaint(about: secretName) == nil else {
            throw Failure(description: "secret:\(secretName) names no secret; write secret:NAME, a name below secrets: of the job")
        }
        guard let folder else {
            throw Failure(description: "the run has no secrets; add secrets: {\(secretName): secret:SOURCE} to the job")
        }
        let content = try Self.content(of: "\(folder)/\(secretName)", named: secretName)
        // Editors end a file with a line feed, which belongs to no token.
        var bytes = content[...]
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw Failure(description: "the secret \(secretName) is empty or no single line; put one line into it")
        }
        return Secret(plain + String(decoding: bytes, as: UTF8.self))
    }

    private static func content(of path: String, named name: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else {
            let reason =
                errno == ENOENT
                ? "the run has no secret \(name)" : "the secret \(name) cannot be read (\(String(cString: strerror(errno))))"
            throw Failure(description: "\(reason); add secrets: {\(name): secret:SOURCE} to the job")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: sizeLimit)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw Failure(description: "the secret \(name) cannot be read: \(String(cString: strerror(errno)))") }
        return Array(bytes[..<count])
    }
}
