import Testing

/// Pairs of keys by `age-keygen`, in files of a scratch folder.
struct Keys {
    let scratch: Scratch

    init(_ scratch: Scratch, _ names: String...) throws {
        self.scratch = scratch
        for name in names { try scratch.shell("age-keygen -o \(name).key 2>/dev/null") }
    }

    /// Its public key.
    func publicKey(_ name: String) throws -> String { try scratch.shell("age-keygen -y \(name).key").trimmingSuffixLine() }

    /// The 16 digits by which records and messages name it.
    func fingerprint(_ name: String) throws -> String {
        try scratch.shell("printf %s \(publicKey(name)) | sha256sum | cut -c1-16").trimmingSuffixLine()
    }

    /// The path of the secret key's file.
    func file(_ name: String) -> String { "\(scratch.path)/\(name).key" }

    /// Members of settings that encrypt for these.
    func settings(for recipients: [String], audit: [String] = []) throws -> String {
        let lists = try [("recipients", recipients), ("audit_recipients", audit)].map { name, keys in
            "\"\(name)\":[\(try keys.map { "\"\(try publicKey($0))\"" }.joined(separator: ","))]"
        }
        return lists.joined(separator: ",")
    }
}

extension String {
    fileprivate func trimmingSuffixLine() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}
