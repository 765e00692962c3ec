/// Tells names that probably stand for a secret: `DISCORD_TOKEN`, `api_key`, `dbPassword`.
package enum SecretWord {
    private static let words: Set<String> = [
        "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "KEY", "APIKEY", "CREDENTIAL", "CREDENTIALS",
    ]

    /// Last words of names that tell where a secret is, not what it is: `secrets_directory`, `TOKEN_FILE`.
    private static let places: Set<String> = ["FILE", "FILES", "DIR", "DIRECTORY", "FOLDER", "PATH", "ID", "NAME"]

    package static func isIn(_ name: String) -> Bool {
        let parts = name.split { !$0.isLetter && !$0.isNumber }.map { $0.uppercased() }
        guard let last = parts.last, !places.contains(last) else { return false }
        return parts.contains { part in words.contains(part) || part.hasSuffix("PASSWORD") || part.hasSuffix("TOKEN") }
    }
}
