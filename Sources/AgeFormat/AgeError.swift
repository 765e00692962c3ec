/// Why a key, a header or a chunk is refused. No case ever holds a secret key.
package enum AgeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A text is no public key.
    case recipient(String)
    /// A text is no secret key.
    case identity(String)
    /// The header breaks a rule of the format.
    case header(String)
    /// None of the keys at hand opens the file.
    case noMatch
    /// Content that was changed, cut or exchanged; the offset counts bytes of the encrypted file.
    case damaged(offset: Int64, reason: String)
    /// The cipher refused its work.
    case cipher(String)

    /// One line without an end.
    package var description: String {
        switch self {
        case .recipient(let reason): "it is no public key of age: \(reason)"
        case .identity(let reason): "it is no secret key of age: \(reason)"
        case .header(let reason): "its age header is damaged: \(reason)"
        case .noMatch: "none of the keys opens it"
        case .damaged(let offset, let reason): "damaged at byte \(offset): \(reason)"
        case .cipher(let reason): "cannot be encrypted: \(reason)"
        }
    }
}
