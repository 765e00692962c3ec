import CLinux
import Glibc

/// Name and value pairs that the file system keeps beside a file's content, with POSIX ACLs apart.
package struct ExtendedAttributes: Hashable, Sendable {
    /// One pair.
    package struct Attribute: Hashable, Sendable {
        /// With its namespace, for example `user.origin` or `security.capability`.
        package let name: PathBytes
        /// Any bytes.
        package let value: [UInt8]

        package init(name: PathBytes, value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// Sorted by name; without the ACLs and other attributes of the namespace `system`.
    package private(set) var attributes: [Attribute] = []
    /// Who may use the file beyond its mode.
    package private(set) var accessList: [AccessRule] = []
    /// Of a folder: what its new entries inherit.
    package private(set) var defaultList: [AccessRule] = []

    /// No attributes.
    package init() {}

    /// Whether there is nothing to store.
    package var isEmpty: Bool { attributes.isEmpty && accessList.isEmpty && defaultList.isEmpty }

    /// Reads those of an open file or folder.
    package init(of descriptor: HeldDescriptor) throws(FileTreeError) {
        let number = descriptor.number
        self = try Self.read(
            list: { linux_flistxattr(number, $0, $1) },
            value: { linux_fgetxattr(number, $0, $1, $2) })
    }

    /// Reads those of an entry that cannot be opened for reading without side effects: link, FIFO, device.
    package init(of name: PathBytes, in folder: HeldDescriptor) throws(FileTreeError) {
        let path = PathBytes("/proc/self/fd/\(folder.number)").appending(name)
        self = try Self.read(
            list: { list, size in path.withCString { linux_llistxattr($0, list, size) } },
            value: { attribute, value, size in path.withCString { linux_lgetxattr($0, attribute, value, size) } })
    }

    /// The kernel's bound on a list and on a value (`XATTR_LIST_MAX`, `XATTR_SIZE_MAX`).
    private static let maximumSize = 65_536

    private static func read(
        list: (UnsafeMutablePointer<CChar>?, Int) -> Int,
        value: (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    ) throws(FileTreeError) -> ExtendedAttributes {
        var result = ExtendedAttributes()
        // Most files have none: ask before a buffer is made.
        let size = list(nil, 0)
        if size == 0 || (size < 0 && isAbsent(errno)) { return result }
        guard size > 0 else { throw .last("list the attributes of", PathBytes("")) }
        var names = [UInt8](repeating: 0, count: maximumSize)
        let count = names.withUnsafeMutableBytes { list($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
        guard count >= 0 else { throw .last("list the attributes of", PathBytes("")) }
        for name in names.prefix(count).split(separator: 0).map({ PathBytes($0) }).sorted() {
            guard let bytes = try readValue(name, value) else { continue }
            result.add(name, bytes)
        }
        return result
    }

    /// Nil for an attribute that vanished since it was listed.
    private static func readValue(
        _ name: PathBytes, _ value: (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    ) throws(FileTreeError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: maximumSize)
        let count = bytes.withUnsafeMutableBytes { buffer in name.withCString { value($0, buffer.baseAddress, buffer.count) } }
        if count < 0, isAbsent(errno) { return nil }
        guard count >= 0 else { throw .last("read the attribute \(name) of", PathBytes("")) }
        return Array(bytes.prefix(count))
    }

    private static func isAbsent(_ code: Int32) -> Bool {
        code == ENODATA || code == ENOTSUP
    }

    private mutating func add(_ name: PathBytes, _ value: [UInt8]) {
        switch name.utf8 {
        case "system.posix_acl_access": accessList = AccessRule.rules(in: value)
        case "system.posix_acl_default": defaultList = AccessRule.rules(in: value)
        case let text? where text.hasPrefix("system."): break
        case _: attributes.append(Attribute(name: name, value: value))
        }
    }
}
