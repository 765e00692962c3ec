/// Tells names that probably stand for a secret: `DISCORD_TOKEN`, `api_key`, `dbPassword`.
enum SecretWord {
    private static let words: Set<String> = [
        "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "KEY", "APIKEY", "CREDENTIAL", "CREDENTIALS",
    ]

    static func isIn(_ name: String) -> Bool {
        let parts = name.split { !$0.isLetter && !$0.isNumber }.map { $0.uppercased() }
        return parts.contains { part in words.contains(part) || part.hasSuffix("PASSWORD") || part.hasSuffix("TOKEN") }
    }
}
