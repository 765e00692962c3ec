import AgeFormat

extension PointRecord {
    /// For whom a point is encrypted.
    struct Encryption: Codable, Hashable, Sendable {
        /// Fingerprints of the keys that open everything.
        let recipients: [String]
        /// Fingerprints of the keys that open the list alone.
        let auditRecipients: [String]
        /// The list as the machine that made it keeps it for the next increment; nil where there is none to come.
        var listing: StoredFile?

        init(_ settings: EncryptionSettings, listing: StoredFile? = nil) {
            recipients = settings.recipients.map(\.fingerprint).sorted()
            auditRecipients = settings.auditRecipients.map(\.fingerprint).sorted()
            self.listing = listing
        }

        /// Whether it is for the same keys.
        func hasSameKeys(as other: Encryption) -> Bool {
            recipients == other.recipients && auditRecipients == other.auditRecipients
        }
    }
}
