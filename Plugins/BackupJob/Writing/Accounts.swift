import Glibc

/// The names of users and groups on this machine, each asked for once.
struct Accounts {
    /// The most names remembered of each kind; then remembering begins anew.
    private static let maximumCount = 10_000
    private var users: [UInt32: String] = [:]
    private var groups: [UInt32: String] = [:]

    /// The name, or an empty text when there is none.
    mutating func user(_ number: UInt32) -> String {
        if let known = users[number] { return known }
        if users.count >= Self.maximumCount { users.removeAll() }
        var record = passwd()
        let name = Self.ask { buffer, count in
            var found: UnsafeMutablePointer<passwd>?
            return getpwuid_r(number, &record, buffer, count, &found) == 0 ? found?.pointee.pw_name : nil
        }
        users[number] = name
        return name
    }

    /// The name, or an empty text when there is none.
    mutating func group(_ number: UInt32) -> String {
        if let known = groups[number] { return known }
        if groups.count >= Self.maximumCount { groups.removeAll() }
        var record = Glibc.group()
        let name = Self.ask { buffer, count in
            var found: UnsafeMutablePointer<Glibc.group>?
            return getgrgid_r(number, &record, buffer, count, &found) == 0 ? found?.pointee.gr_name : nil
        }
        groups[number] = name
        return name
    }

    private static func ask(_ question: (UnsafeMutablePointer<CChar>, Int) -> UnsafeMutablePointer<CChar>?) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { buffer in
            guard let start = buffer.baseAddress, let name = question(start, buffer.count) else { return "" }
            return String(cString: name)
        }
    }
}
