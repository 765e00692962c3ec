import FoundationEssentials
import JobKit

/// One look at one database of PostgreSQL, by its own program: no driver, and every way to log in that libpq has.
struct PostgreSQLLook: Sendable {
    /// Shares of 2³¹ transactions, in percent: vacuuming falls behind, and in the end the server stops.
    private static let ages = Thresholds(warning: 50, critical: 75)
    /// From TERM to KILL.
    static let grace: Duration = .milliseconds(500)

    let server: PostgreSQLSettings
    let psql: String
    let secretsDirectory: String?

    func result() -> WireEvent.Check {
        var verdict = Verdict()
        var check = WireEvent.Check(name: DatabaseHealth.name, state: .ok)
        check.target = server.name
        check.inputs = [
            "host": server.host, "port": "\(server.port)",
            "rule": "pg_database_size; connections / (max_connections - superuser_reserved_connections); "
                + "age(datfrozenxid) / 2^31 from 50 % on a warning, from 75 % critical; checksum_failures critical",
        ]
        let start = ContinuousClock.now
        switch ask() {
        case .success(let figures):
            check.value = Double(figures.size)
            check.unit = "bytes"
            check.inputs?.merge(figures.inputs) { _, new in new }
            check.inputs?["response_time_s"] = start.duration(to: .now).inSeconds.text(places: 6)
            check.inputs?["connectivity"] = "ok"
            judge(figures, &verdict)
        case .failure(let failure):
            check.inputs?["connectivity"] = failure.reason
            verdict.raise(to: failure.state, failure.reason)
        }
        check.state = verdict.state
        check.reason = verdict.reason
        check.inputs?["message"] = verdict.reason ?? "all is well"
        return check
    }

    private func judge(_ figures: PostgreSQLFigures, _ verdict: inout Verdict) {
        if figures.checksumFailures > 0 {
            verdict.raise(
                to: .critical, "\(figures.checksumFailures) pages had another checksum when they were read: the disk lost content")
        }
        let used = server.connections.state(of: figures.connectionPercent)
        if used != .ok {
            let most = figures.maxConnections - figures.reservedConnections
            verdict.raise(to: used, "\(figures.connections) of \(most) connections are in use")
        }
        let age = Self.ages.state(of: figures.agePercent)
        if age != .ok {
            verdict.raise(
                to: age,
                "rows are \(figures.transactionAge) transactions old, \(figures.agePercent.shortText) % of what there can be: look why vacuum does not freeze them"
            )
        }
    }

    private struct Failure: Error {
        let state: WireEvent.Check.State
        let reason: String
    }

    private func ask() -> Result<PostgreSQLFigures, Failure> {
        let password: Secret?
        do throws(SecretText.Failure) {
            password = try server.password?.resolved(in: secretsDirectory)
        } catch {
            return .failure(Failure(state: .unknown, reason: error.description))
        }
        guard let password else { return figures(of: tool(passwordFile: nil).run()) }
        do throws(PasswordFile.Failure) {
            let file = try PasswordFile(password)
            return withExtendedLifetime(file) { figures(of: tool(passwordFile: file.path).run()) }
        } catch {
            return .failure(Failure(state: .unknown, reason: error.reason))
        }
    }

    private func tool(passwordFile: String?) -> ToolRun {
        let words = [
            psql, "--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
            "--command=SET default_transaction_read_only = on",
            // It ends by itself before it is ended, so that the server does not go on with it.
            "--command=SET statement_timeout = \(server.timeout.wholeMilliseconds)", "--command=\(PostgreSQLFigures.query)",
        ]
        var tool = ToolRun(arguments: words, limit: server.timeout, grace: Self.grace)
        tool.environment = [
            "PGHOST": server.host, "PGPORT": "\(server.port)", "PGSSLMODE": server.encryption.rawValue, "PGAPPNAME": "acore-sched",
            "LC_ALL": "C",
        ]
        tool.environment["PGUSER"] = server.user
        tool.environment["PGDATABASE"] = server.database
        tool.environment["PGSSLROOTCERT"] = server.caFile
        tool.environment["PGPASSFILE"] = passwordFile
        return tool
    }

    private func figures(of outcome: ToolRun.Outcome) -> Result<PostgreSQLFigures, Failure> {
        switch outcome.end {
        case .status(0):
            do { return .success(try JSONDecoder().decode(PostgreSQLFigures.self, from: Data(outcome.output))) } catch {
                let said = Redaction.line(String(decoding: outcome.output, as: UTF8.self).trimmed, bound: 200)
                return .failure(Failure(state: .unknown, reason: "\(psql) did not answer as PostgreSQL does: \(said)"))
            }
        case .notStarted(let why): return .failure(Failure(state: .unknown, reason: "\(why); install postgresql-client, or set psql:"))
        case .status(let status):
            let reason = Self.words(outcome.errors) ?? "\(psql) ended with status \(status) and said nothing"
            // A server that comes up or goes down is on its way.
            let isOnItsWay = reason.hasSuffix("is starting up") || reason.hasSuffix("is shutting down")
            return .failure(Failure(state: isOnItsWay ? .warning : .critical, reason: reason))
        case .signal(let signal): return .failure(Failure(state: .unknown, reason: "\(psql) was ended by signal \(signal)"))
        case .timedOut, .cut: return .failure(Failure(state: .critical, reason: "it did not answer in \(server.timeout.settingText)"))
        }
    }

    /// The first line of psql's complaint, without psql's name and what looks like a secret.
    private static func words(_ errors: [UInt8]) -> String? {
        let line = String(decoding: errors, as: UTF8.self).split(separator: "\n").first.map { String($0).trimmed }
        guard let line, !line.isEmpty else { return nil }
        return Redaction.line(line.hasPrefix("psql: error: ") ? String(line.dropFirst(13)) : line, bound: 400)
    }
}
