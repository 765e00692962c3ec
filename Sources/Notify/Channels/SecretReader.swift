import JobKit
package import SchedulerCore

/// Turns `secret:NAME` into what it stands for, anew for each delivery, so that a file that was replaced counts at once.
package struct SecretReader: Sendable {
    private let read: @Sendable (_ name: String) -> Result<[UInt8], ChannelProblem>

    /// - Parameter read: the bytes of a file of the secrets directory.
    package init(read: @escaping @Sendable (_ name: String) -> Result<[UInt8], ChannelProblem>) { self.read = read }

    /// One line of text; the line end that editors put behind it does not count.
    func value(of source: SecretSource) throws(ChannelProblem) -> Secret {
        guard case .named(let name) = source else {
            guard case .literal(let secret) = source else { return Secret("") }
            return secret
        }
        let bytes = try read(name).get()
        let end = bytes.lastIndex { $0 != 0x0a && $0 != 0x0d } ?? -1
        guard end >= 0, let text = String(validating: bytes[...end], as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw ChannelProblem("secret:\(name) is empty, or not one line of text; put the bare value into its file") }
        return Secret(text)
    }

    /// A web address.
    /// - Parameter setting: the key that names it, for the message.
    package func url(_ source: SecretSource, of setting: String) throws(ChannelProblem) -> String {
        let text = try value(of: source).exposedValue
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), text.utf8.allSatisfy({ 0x21..<0x7f ~= $0 }) else {
            throw ChannelProblem("what \(setting) leads to is no web address; it begins with https:// and has no blanks in it")
        }
        return text
    }
}
