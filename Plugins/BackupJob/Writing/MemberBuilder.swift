import Archive
import FileTree

/// Turns what the walk found into an archive member and a manifest entry.
struct MemberBuilder {
    private var accounts = Accounts()

    /// Both halves, still without content.
    mutating func build(
        _ path: PathBytes, _ status: FileStatus, _ attributes: ExtendedAttributes, kind: ArchiveMember.Kind
    ) -> (ArchiveMember, ManifestEntry) {
        var member = ArchiveMember(path: path.bytes, kind: kind)
        member.permissions = status.permissions
        member.owner = status.owner
        member.group = status.group
        member.ownerName = accounts.user(status.owner)
        member.groupName = accounts.group(status.group)
        member.modified = (status.modified.seconds, status.modified.nanoseconds)
        member.attributes = attributes.attributes.map { ($0.name.bytes, $0.value) }
        member.accessRules =
            attributes.accessList.map { Self.rule($0, isDefault: false) } + attributes.defaultList.map { Self.rule($0, isDefault: true) }
        var entry = ManifestEntry(path: path, status: status)
        entry.owner = member.ownerName
        entry.group = member.groupName
        entry.metadata = attributes.isEmpty ? nil : Self.digest(of: attributes)
        return (member, entry)
    }

    private static func rule(_ rule: AccessRule, isDefault: Bool) -> ArchiveMember.AccessRule {
        let subject: ArchiveMember.AccessRule.Subject =
            switch rule.subject {
            case .owner: .owner
            case .user(let id): .user(id)
            case .owningGroup: .owningGroup
            case .group(let id): .group(id)
            case .mask: .mask
            case .others: .others
            }
        return ArchiveMember.AccessRule(subject: subject, permissions: rule.permissions, isDefault: isDefault)
    }

    /// Over each name, the length of its value and the value; then over each rule of the lists in words.
    static func digest(of attributes: ExtendedAttributes) -> ContentDigest {
        var bytes: [UInt8] = []
        for attribute in attributes.attributes {
            bytes += attribute.name.bytes + Array("=\(attribute.value.count):".utf8) + attribute.value
        }
        for rule in attributes.accessList { bytes += "\nacl \(rule.subject) \(rule.permissions)".utf8 }
        for rule in attributes.defaultList { bytes += "\ndefault acl \(rule.subject) \(rule.permissions)".utf8 }
        return ContentDigest(of: bytes)
    }
}

extension ArchiveMember.AccessRule {
    /// The rule as the file system has it.
    var asFileRule: AccessRule {
        let subject: AccessRule.Subject =
            switch subject {
            case .owner: .owner
            case .user(let id): .user(id)
            case .owningGroup: .owningGroup
            case .group(let id): .group(id)
            case .mask: .mask
            case .others: .others
            }
        return AccessRule(subject: subject, permissions: permissions)
    }
}
