import AgeFormat
import JobKit

/// The settings by which points are encrypted, and read again.
struct EncryptionSettings: Sendable {
    /// The most keys of a kind; each costs a line in every file.
    private static let maximumCount = 50

    /// Whoever has one of their secret keys restores; none for points in the clear.
    let recipients: [AgeRecipient]
    /// Whoever has one of their secret keys reads lists of points, and no content.
    let auditRecipients: [AgeRecipient]
    /// Where secret keys are; nil where this machine is not to read.
    var identityFile: String?

    init(from section: inout SettingsSection) {
        let restoring = section.textList(
            "recipients", help: "Public keys (age1…) that points are encrypted for; each of them alone can restore. None: no encryption.")
        let auditing = section.textList(
            "audit_recipients", help: "Public keys (age1…) whose owners can read the lists of points, and no content.")
        identityFile = section.optionalText(
            "identity_file", form: .absolutePath,
            help: "File of age-keygen with the secret keys, for verbs that read; it may be missing where only backups are made.")
        recipients = Self.keys(restoring, named: "recipients", &section)
        auditRecipients = Self.keys(auditing, named: "audit_recipients", &section)
        if !auditing.isEmpty, restoring.isEmpty {
            section.report(
                .error, at: "audit_recipients",
                problem: "with.audit_recipients has keys, but with.recipients has none: nobody could restore",
                fix: "add recipients: with the public key of whoever restores")
        }
        if let both = auditRecipients.first(where: recipients.contains) {
            section.report(
                .error, at: "audit_recipients", problem: "with.audit_recipients has \(both), which may restore by with.recipients",
                fix: "remove it from one of the two")
        }
    }

    /// The keys of a list. What is wrong is told by its place and never quoted: it may be a secret key.
    private static func keys(_ texts: [String], named name: String, _ section: inout SettingsSection) -> [AgeRecipient] {
        if texts.count > maximumCount {
            section.report(
                .error, at: name, problem: "with.\(name) has \(texts.count) keys, more than \(maximumCount)",
                fix: "share keys among those who may read")
        }
        var keys: [AgeRecipient] = []
        for (index, text) in texts.enumerated() {
            if text.uppercased().hasPrefix("AGE-SECRET-KEY-") {
                section.report(
                    .error, at: name, problem: "entry \(index + 1) of with.\(name) is a secret key, which must stand in no job file",
                    fix: "write its public key, which age-keygen -y FILE prints, and make a new pair: this one has been seen")
                continue
            }
            do throws(AgeError) {
                let key = try AgeRecipient(text)
                if !keys.contains(key) { keys.append(key) }
            } catch {
                section.report(
                    .error, at: name, problem: "entry \(index + 1) of with.\(name): \(error)",
                    fix: "write a public key as age-keygen prints it, for example age1…, 62 characters; keys of SSH are not supported")
            }
        }
        return keys
    }

    /// Whether points are encrypted.
    var isOn: Bool { !recipients.isEmpty }

    /// Who reads lists.
    var listRecipients: [AgeRecipient] { recipients + auditRecipients }
}
