import AgeFormat
import FileTree
import Glibc
import JobKit

/// Where the secret keys are that open encrypted points. Nothing is read before a key is needed.
struct IdentityFile: Sendable {
    /// The name of the job's secret that holds the keys, where the settings name no file.
    static let secretName = "AGE_IDENTITY"
    /// Bytes that such a file may have.
    private static let sizeLimit: Int64 = 65_536

    /// Absolute.
    let path: PathBytes

    /// What the call names comes before what the settings name, and that before a secret of the job.
    /// - Parameter named: the option of a verb.
    init?(_ settings: EncryptionSettings, named: String? = nil, in context: JobContext) {
        if let name = named ?? settings.identityFile {
            path = PathBytes(name)
        } else {
            guard let folder = context.secretsDirectory else { return nil }
            let secret = "\(folder)/\(Self.secretName)"
            guard access(secret, F_OK) == 0 else { return nil }
            path = PathBytes(secret)
        }
    }

    /// Reads the keys.
    func identities() throws(StoreDamage) -> [AgeIdentity] {
        let file = try reading { () throws(FileTreeError) in
            let (parent, name) = try FileTree.locate(try FileTree.resolve(path))
            return try parent.openFile(name)
        }
        try check(file)
        let bytes = try reading { () throws(FileTreeError) in try file.read(Int(Self.sizeLimit)) }
        do throws(AgeError) {
            return try AgeIdentity.list(from: bytes)
        } catch {
            throw StoreDamage(path: path, reason: "\(error)", fix: "name a file that age-keygen wrote")
        }
    }

    private func check(_ file: HeldDescriptor) throws(StoreDamage) {
        let (status, rules) = try reading { () throws(FileTreeError) in (try file.status(), try ExtendedAttributes(of: file).accessList) }
        guard status.type == .regular, status.size <= Self.sizeLimit else {
            throw StoreDamage(path: path, reason: "it is no file of keys", fix: "name a file that age-keygen wrote")
        }
        guard Self.isOpen(status, rules) else { return }
        let mode = String(status.permissions, radix: 8)
        throw StoreDamage(
            path: path, reason: "others than its owner may use it (mode \(mode)), and it holds secret keys",
            fix: "chmod 600 \(path), as its owner")
    }

    /// With an access list the group's bits are its mask: systemd gives a service its credentials so.
    private static func isOpen(_ status: FileStatus, _ rules: [AccessRule]) -> Bool {
        if rules.isEmpty { return status.permissions & 0o077 != 0 }
        return rules.contains { rule in
            guard rule.permissions != 0 else { return false }
            switch rule.subject {
            case .owner, .mask: return false
            case .user(let number): return number != geteuid()
            case .owningGroup, .group, .others: return true
            }
        }
    }

    private func reading<Value>(_ body: () throws(FileTreeError) -> Value) throws(StoreDamage) -> Value {
        do throws(FileTreeError) {
            return try body()
        } catch {
            throw StoreDamage(
                path: path, reason: error.reason,
                fix: "name the file with the secret keys by --identity FILE or with.identity_file, and let the user read it who runs this")
        }
    }
}
