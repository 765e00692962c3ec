package import JobKit

/// A secret of the daemon's file: where it is, or, for those who must, what it is.
package enum SecretSource: Sendable, Hashable {
    /// Stands in the file itself.
    case literal(Secret)
    /// The file of this name in the secrets directory, read for each use.
    case named(String)

    package static let prefix = "secret:"

    /// `secret:NAME`, or the secret.
    package init(_ text: String) {
        self = text.hasPrefix(Self.prefix) ? .named(String(text.dropFirst(Self.prefix.count))) : .literal(Secret(text))
    }
}
