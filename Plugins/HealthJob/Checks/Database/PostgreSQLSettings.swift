import JobKit

/// A database of PostgreSQL: where it is, and as whom it is asked.
struct PostgreSQLSettings: Sendable, Hashable {
    /// libpq's words for how far a connection is encrypted and its server verified.
    enum Encryption: String, CaseIterable, Sendable {
        case disable, prefer, require
        case verified = "verify-full"
    }

    let name: String
    /// A name, an address, or the folder of its socket.
    let host: String
    let port: Int
    let user: String?
    let database: String?
    let password: SecretText?
    let encryption: Encryption
    let caFile: String?
    let timeout: Duration
    /// Share of the connections that there may be, in percent.
    let connections: Thresholds

    init(name: String, from section: inout SettingsSection) {
        self.name = name
        host = section.text("host", default: "/var/run/postgresql", help: "Its name or address, or the folder of its socket.")
        port = section.integer("port", in: 1...65_535, default: 5432, help: "Its port; of a socket the end of its name.")
        user = section.optionalText("user", help: "As whom; without it the user that the job runs as.")
        database = section.optionalText("database", help: "The database; without it the one with the user's name.")
        password = section.optionalText("password", help: "secret:NAME, a name below secrets: of the job.").map(SecretText.init)
        encryption = section.choice(
            "sslmode", default: Encryption.prefer, help: "As libpq has it; verify-full also checks who the server is.")
        caFile = section.optionalText("ca_file", form: .absolutePath, help: "Certificates that are trusted, for verify-full.")
        timeout = section.duration(
            "timeout", in: .seconds(1)...(.seconds(120)), default: .seconds(10), help: "No answer by then is critical.")
        connections = section.thresholds(
            "connections", default: .percent(warning: 80), upTo: 100,
            help: "Share of the connections that users without privileges may have, in percent.")
        if let password, password.secretName == nil {
            section.report(
                .error, at: "password", problem: "\(section.place("password")) would be seen by every reader of the file",
                fix: "write password: secret:NAME and secrets: {NAME: secret:SOURCE} in the job")
        }
    }
}
