/// Where a copy of the repository lies, as `to` says it.
package enum CopyPlace: Sendable, Hashable {
    /// A folder of this machine, which may be mounted from another one.
    case folder(String)
    /// A folder of another machine.
    case sftp(user: String, host: String, port: Int, path: String)
    /// A bucket, and what its keys begin with: empty, or ending with `/`.
    case s3(bucket: String, prefix: String)

    /// Why a text names no place.
    struct Complaint: Error {
        let problem: String
        let fix: String
    }

    private static let forms = "write /a/folder, sftp://user@host/folder or s3://bucket/prefix"

    /// Reads what a person wrote.
    static func read(_ text: String) throws(Complaint) -> CopyPlace {
        if text.hasPrefix("/") {
            guard !text.split(separator: "/").contains("..") else {
                throw Complaint(problem: "must not lead upwards by ..", fix: "write the folder's own path")
            }
            return .folder(text)
        }
        guard let mark = text.firstRange(of: "://") else { throw Complaint(problem: "names no place, but \"\(text)\"", fix: forms) }
        let rest = text[mark.upperBound...]
        switch text[..<mark.lowerBound] {
        case "sftp": return try sftp(rest)
        case "s3": return try s3(rest)
        case let scheme: throw Complaint(problem: "cannot be reached by \(scheme)", fix: forms)
        }
    }

    private static func sftp(_ rest: Substring) throws(Complaint) -> CopyPlace {
        let example = "write sftp://user@host/folder, or sftp://user@host/~/folder for one in the user's home"
        guard let at = rest.firstIndex(of: "@"), let slash = rest[at...].firstIndex(of: "/") else {
            throw Complaint(problem: "lacks the user, or the folder", fix: example)
        }
        let user = rest[..<at]
        guard !user.contains(":") else {
            throw Complaint(problem: "holds a password", fix: "take it out, and name the file of a private key by key:")
        }
        var host = rest[rest.index(after: at)..<slash]
        var port = 22
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let number = Int(host[host.index(after: colon)...]), (1...65_535).contains(number) else {
                throw Complaint(problem: "has no port behind the colon", fix: example)
            }
            port = number
            host = host[..<colon]
        }
        let path = trimmed(rest[slash...])
        guard isPlain(user, besides: "._-"), isPlain(host, besides: ".-:[]"), isPlain(path.dropFirst(), besides: "._-~/") else {
            throw Complaint(
                problem: "holds a character that is no letter, digit, '.', '_' or '-'", fix: "name a folder that has none; " + example)
        }
        try refuseUpwards(path)
        return .sftp(user: String(user), host: String(host), port: port, path: path)
    }

    private static func s3(_ rest: Substring) throws(Complaint) -> CopyPlace {
        let bucket = rest.prefix { $0 != "/" }
        let path = trimmed(rest[bucket.endIndex...])
        guard isPlain(bucket, besides: ".-"), path.isEmpty || isPlain(path.dropFirst(), besides: "._-/") else {
            throw Complaint(
                problem: "holds a character that is no letter, digit, '.', '_' or '-', or no bucket",
                fix: "write s3://bucket or s3://bucket/prefix")
        }
        try refuseUpwards(path)
        return .s3(bucket: String(bucket), prefix: path.isEmpty ? "" : path.dropFirst() + "/")
    }

    private static func refuseUpwards(_ path: String) throws(Complaint) {
        guard !path.split(separator: "/").contains("..") else {
            throw Complaint(problem: "must not lead upwards by ..", fix: "write the folder's own path")
        }
    }

    private static func trimmed(_ path: Substring) -> String {
        var path = path
        while path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    private static func isPlain(_ text: some StringProtocol, besides more: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || more.utf8.contains(byte)
            }
    }
}

extension CopyPlace: CustomStringConvertible {
    /// As it was written.
    package var description: String {
        switch self {
        case .folder(let path): path
        case .sftp(let user, let host, let port, let path): "sftp://\(user)@\(host)\(port == 22 ? "" : ":\(port)")\(path)"
        case .s3(let bucket, let prefix): "s3://\(bucket)/\(prefix)"
        }
    }
}
