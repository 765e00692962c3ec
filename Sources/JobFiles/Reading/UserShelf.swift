import Synchronization

/// The users that the files of one load name, each looked up once.
final class UserShelf: Sendable {
    private let known = Mutex<[String: Bool]>([:])

    func exists(_ name: String) -> Bool {
        if let found = known.withLock({ $0[name] }) { return found }
        let answer = Account.exists(name)
        known.withLock { $0[name] = answer }
        return answer
    }
}
