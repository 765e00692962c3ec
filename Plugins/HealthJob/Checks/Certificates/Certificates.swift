import FoundationEssentials
import JobKit

/// How long certificates are still good, those that servers show and those in files.
struct Certificates: SectionCheck {
    /// The end of each server's chain, as it was seen last: a chain that has ended is not trusted, and shows nothing more.
    typealias Memory = [String: Date]

    static let name = "certificates"
    static let help = "When certificates end, those that servers show (as a whole chain, always verified) and those in files."
    static let isUsual = false

    let servers: [Endpoint]
    let files: [String]
    let limits: CertificateLimits
    let timeout: Duration
    let caFile: String?

    init(from section: inout SettingsSection, common: CommonSettings) {
        let texts = section.textList("servers", orSingle: true, help: "Servers that speak TLS: host or host:port.")
        files = section.textList("files", of: .absolutePath, orSingle: true, help: "Files in PEM; all certificates in one count.")
        limits = CertificateLimits(
            warning: section.duration(
                "warning", in: .zero...(.seconds(315_360_000)), default: .seconds(21 * 86_400),
                help: "So long before the end it is a warning."),
            critical: section.duration(
                "critical", in: .zero...(.seconds(315_360_000)), default: .seconds(7 * 86_400),
                help: "So long before the end it is critical."))
        timeout = section.duration(
            "timeout", in: .milliseconds(10)...(.seconds(120)), default: .seconds(10), help: "For each server.")
        caFile = section.optionalText("ca_file", form: .absolutePath, help: "Certificates that are trusted instead of the machine's.")
        servers = texts.compactMap { Endpoint($0, standard: 443) }
        check(texts, &section)
    }

    private func check(_ texts: [String], _ section: inout SettingsSection) {
        for text in texts where Endpoint(text, standard: 443) == nil {
            section.report(
                .error, at: "servers",
                problem: "\(section.place("servers")) has \"\(Redaction.line(text, bound: 100))\", which is no server",
                fix: "write HOST or HOST:PORT")
        }
        if texts.isEmpty, files.isEmpty {
            section.report(
                .error, at: "servers", part: .key, problem: "\(section.place()) names no certificate",
                fix: "add servers: [bot.example] or files: [/etc/ssl/bot.pem]")
        }
        if limits.critical > limits.warning {
            section.report(
                .error, at: "critical",
                problem:
                    "\(section.place()) has critical \(limits.critical.settingText) before warning \(limits.warning.settingText)",
                fix: "write a longer warning")
        }
    }

    /// The second timeout is for the date of one that has expired.
    private var limit: Duration { SideBySide.time(for: sources.count, each: timeout * 2 + .seconds(1)) }
    var deadline: Duration { limit + SideBySide.reserve }

    private enum Source: Sendable {
        case server(Endpoint)
        case file(String)

        /// As results name it.
        var target: String {
            switch self {
            case .server(let endpoint): endpoint.description
            case .file(let path): path
            }
        }
    }

    private var sources: [Source] { servers.map(Source.server) + files.map(Source.file) }
    var targets: [String] { sources.map(\.target) }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        let (limits, now, known) = (limits, scene.now, memory ?? [:])
        let asking = CertificateServer(caFile: caFile, timeout: timeout)
        let looks = SideBySide.map(sources, within: limit) { source, reason in
            (result: WireEvent.Check(Self.name, source.target, unknown: reason), end: nil)
        } _: { source -> (result: WireEvent.Check, end: Date?) in
            var look = CertificateLook(target: source.target, limits: limits, now: now)
            switch source {
            case .server(let endpoint): look.take(asking.chain(of: endpoint), lastEnd: known[source.target])
            case .file(let path): look.takeFile(path)
            }
            return (look.result(), look.end)
        }
        var remembered: Memory = [:]
        for (endpoint, look) in zip(servers, looks) { remembered[endpoint.description] = look.end ?? known[endpoint.description] }
        memory = remembered
        return looks.map(\.result)
    }
}

/// How long before its end a certificate is a worry.
struct CertificateLimits: Sendable, Hashable {
    let warning: Duration
    let critical: Duration
}
