import Glibc
import JobFiles
import Logging
package import Runner

/// What the machine's user database says of users and groups. Whoever it cannot tell of has no rights, and the log says so:
/// root and the daemon's own user need none of it.
extension AccessPolicy {
    /// The roles that the daemon's file gives.
    init(ownUser: UInt32, settings: DaemonSettings, log: Logger) {
        self.init(
            ownUser: ownUser, operators: Self.numbers(of: settings.operators, as: "operators", log: log),
            viewers: Self.numbers(of: settings.viewers, as: "viewers", log: log),
            groups: { uid in
                do throws(RunnerError) {
                    return try Self.groups(of: uid)
                } catch {
                    log.error("the groups of uid \(uid) count as none: \(error)")
                    return []
                }
            })
    }

    /// The groups of a user (getgrouplist(3)); none for a number without a name.
    package static func groups(of uid: UInt32) throws(RunnerError) -> [UInt32] { try UserRecord.numbered(uid)?.groups ?? [] }

    /// The name of a user; nil for a number without one, or one that cannot be looked up: the number stands beside it.
    static func name(of uid: UInt32) -> String? { (try? UserRecord.numbered(uid))?.name }

    /// The number of a group; nil when there is none of that name.
    package static func group(named name: String) throws(RunnerError) -> UInt32? {
        var entry = Glibc.group()
        var result: UnsafeMutablePointer<group>?
        // Room for the names of some tens of thousands of members.
        var buffer = [CChar](repeating: 0, count: 1 << 20)
        let code = getgrnam_r(name, &entry, &buffer, buffer.count, &result)
        guard code == 0 else {
            throw .system(action: "look up the group", subject: name, code: code, fix: "check the machine's user database")
        }
        return result == nil ? nil : entry.gr_gid
    }

    private static func numbers(of names: [String], as key: String, log: Logger) -> Set<UInt32> {
        var numbers: Set<UInt32> = []
        for name in names {
            do throws(RunnerError) {
                if let number = try group(named: name) {
                    numbers.insert(number)
                } else {
                    log.notice(
                        "\(key): there is no group \(name) on this machine, so it gives nobody rights; fix: groupadd --system \(name)")
                }
            } catch {
                log.error("\(key): \(error), so the group gives nobody rights until the daemon starts again")
            }
        }
        return numbers
    }
}
