import Glibc

/// Users of this machine.
enum Account {
    /// The largest record of the user database that is read, in bytes.
    private static let largestRecord = 1 << 20

    /// Whether there is a user of this name.
    static func exists(_ name: String) -> Bool {
        lookUp { entry, buffer, length, result in getpwnam_r(name, &entry, buffer, length, &result) } != nil
    }

    /// The name of a user, else the number.
    static func name(of user: uid_t) -> String {
        lookUp { entry, buffer, length, result in getpwuid_r(user, &entry, buffer, length, &result) } ?? "user \(user)"
    }

    private static func lookUp(
        _ call: (inout passwd, UnsafeMutablePointer<CChar>, Int, inout UnsafeMutablePointer<passwd>?) -> Int32
    ) -> String? {
        var size = 4096
        while size <= largestRecord {
            var buffer = [CChar](repeating: 0, count: size)
            var name: String?
            let status = buffer.withUnsafeMutableBufferPointer { bytes -> Int32 in
                var entry = passwd()
                var result: UnsafeMutablePointer<passwd>?
                guard let start = bytes.baseAddress else { return ENOMEM }
                let status = call(&entry, start, bytes.count, &result)
                if result != nil { name = String(cString: entry.pw_name) }
                return status
            }
            guard status == ERANGE else { return name }
            size *= 4
        }
        return nil
    }
}
