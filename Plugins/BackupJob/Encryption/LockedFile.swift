import AgeFormat
import FileTree

/// A file that the keys at hand do not open: says for whom it is.
struct LockedFile {
    private let path: PathBytes
    private let isList: Bool
    /// What its point's record says; nil when that cannot be read.
    private let encryption: PointRecord.Encryption?

    init(_ name: String, in folder: StoreFolder) {
        path = folder.path.appending(PathBytes(name))
        isList = name.contains(".manifest.")
        let record = Result { () throws(BackupError) in
            try PointRecord(reading: name.prefix(PointFiles.sequenceLength) + PointFiles.recordSuffix, in: folder)
        }
        encryption = if case .success(let record) = record { record.encryption } else { nil }
    }

    var withoutKey: StoreDamage {
        StoreDamage(
            path: path, reason: "it is encrypted\(recipients), and no secret key is named",
            fix: "name the file with the secret key by --identity FILE or with.identity_file; \(Self.hint)")
    }

    func forOthers(than identities: [AgeIdentity], from file: IdentityFile) -> StoreDamage {
        let own = identities.map(\.recipient.fingerprint)
        if !isList, let encryption, own.contains(where: encryption.auditRecipients.contains) {
            return StoreDamage(
                path: path, reason: "it is encrypted\(recipients), and the key in \(file.path) may read lists only (audit_recipients)",
                fix: "use the key of a recipient; with this one list, show and verify --quick work")
        }
        return StoreDamage(
            path: path, reason: "it is encrypted\(recipients), and \(file.path) has \(own.joined(separator: ", "))",
            fix: "name the file with one of those keys by --identity FILE or with.identity_file; \(Self.hint)")
    }

    private static let hint = "the fingerprint of a public key: printf %s age1… | sha256sum | cut -c1-16"

    private var recipients: String {
        guard let encryption else { return "" }
        let all = encryption.recipients + (isList ? encryption.auditRecipients : [])
        return " for the key\(all.count == 1 ? "" : "s") \(all.joined(separator: ", "))"
    }
}
