/// One line of a POSIX access control list.
package struct AccessRule: Hashable, Sendable {
    /// Whom a rule speaks of.
    package enum Subject: Hashable, Sendable {
        case owner
        case user(UInt32)
        case owningGroup
        case group(UInt32)
        case mask
        case others
    }

    /// Whom it speaks of.
    package let subject: Subject
    /// Read 4, write 2, execute 1.
    package let permissions: UInt8

    /// A rule; `permissions` 0...7.
    package init(subject: Subject, permissions: UInt8) {
        self.subject = subject
        self.permissions = permissions
    }

    /// The rules in the kernel's form (`linux/posix_acl_xattr.h`, version 2): little-endian tag, permissions, id.
    /// - Returns: nothing for another version.
    static func rules(in value: [UInt8]) -> [AccessRule] {
        guard value.count >= 4, number(value[0..<4]) == 2 else { return [] }
        var rules: [AccessRule] = []
        for start in stride(from: 4, through: value.count - 8, by: 8) {
            let id = number(value[start + 4..<start + 8])
            guard let subject = subject(tag: number(value[start..<start + 2]), id: id) else { continue }
            rules.append(AccessRule(subject: subject, permissions: UInt8(number(value[start + 2..<start + 4]) & 7)))
        }
        return rules
    }

    /// The rules in the kernel's form.
    static func value(of rules: [AccessRule]) -> [UInt8] {
        func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
        // The kernel wants them in the order of their tags, and of their numbers.
        let ordered = rules.map { ($0.key, $0.permissions) }.sorted { $0.0 < $1.0 }
        return bytes(UInt32(2)) + ordered.flatMap { key, permissions in bytes(key.0) + bytes(UInt16(permissions)) + bytes(key.1) }
    }

    private var key: (UInt16, UInt32) {
        switch subject {
        case .owner: (0x01, .max)
        case .user(let id): (0x02, id)
        case .owningGroup: (0x04, .max)
        case .group(let id): (0x08, id)
        case .mask: (0x10, .max)
        case .others: (0x20, .max)
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func subject(tag: UInt32, id: UInt32) -> Subject? {
        switch tag {
        case 0x01: .owner
        case 0x02: .user(id)
        case 0x04: .owningGroup
        case 0x08: .group(id)
        case 0x10: .mask
        case 0x20: .others
        default: nil
        }
    }
}
