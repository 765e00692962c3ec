import FoundationEssentials
import Glibc
import JobKit

/// What is said of one chain, or of one file.
struct CertificateLook {
    let target: String
    let limits: CertificateLimits
    let now: Date
    /// The first end in the chain.
    private(set) var end: Date?
    private var verdict = Verdict()
    private var inputs: [String: String] = [:]

    init(target: String, limits: CertificateLimits, now: Date) {
        self.target = target
        self.limits = limits
        self.now = now
    }

    mutating func takeFile(_ path: String) {
        do throws(ReadError) {
            // What is no plain file would never end.
            let text = String(decoding: try SmallFile.bytes(path, flags: O_NOCTTY), as: UTF8.self)
            guard let chain = Certificate.all(inPEM: text) else {
                return verdict.raise(to: .critical, "\(path) holds a certificate that cannot be read")
            }
            judge(chain)
        } catch {
            verdict.raise(to: error.isAbsent ? .critical : .unknown, error.description)
        }
    }

    /// - Parameter lastEnd: as it was seen when the chain was trusted.
    mutating func take(_ answer: CertificateServer.Answer, lastEnd: Date?) {
        switch answer {
        case .chain(let chain): judge(chain)
        case .noAnswer(let reason): verdict.raise(to: .unknown, reason)
        case .untrusted(let reason, let ended):
            let known = ended ?? lastEnd.flatMap { $0 <= now ? Self.text($0) : nil }
            inputs["ended"] = known
            verdict.raise(to: .critical, "its certificate is not trusted: \(reason)" + (known.map { "; it ended at \($0)" } ?? ""))
        }
    }

    private mutating func judge(_ chain: [Certificate]) {
        guard let first = chain.min(by: { $0.ends < $1.ends }) else { return verdict.raise(to: .critical, "there is no certificate in it") }
        end = first.ends
        inputs["certificates"] = "\(chain.count)"
        inputs["subject"] = first.subject
        inputs["ends"] = Self.text(first.ends)
        for (index, certificate) in chain.prefix(10).enumerated() {
            inputs["certificate_\(index + 1)"] = "\(certificate.subject) until \(Self.text(certificate.ends))"
        }
        if let early = chain.first(where: { $0.begins > now }) {
            verdict.raise(to: .critical, "the certificate of \(early.subject) is not good before \(Self.text(early.begins))")
        }
        let left = first.ends.timeIntervalSince(now)
        let sentence = "the certificate of \(first.subject) ends at \(Self.text(first.ends))"
        if left <= 0 {
            verdict.raise(to: .critical, "the certificate of \(first.subject) ended at \(Self.text(first.ends))")
        } else if left <= limits.critical.inSeconds {
            verdict.raise(to: .critical, sentence)
        } else if left <= limits.warning.inSeconds {
            verdict.raise(to: .warning, sentence)
        }
    }

    mutating func result() -> WireEvent.Check {
        var check = WireEvent.Check(name: Certificates.name, state: verdict.state)
        check.target = target
        check.reason = verdict.reason
        inputs["rule"] = "days from now to the first end in the chain"
        check.inputs = inputs
        check.unit = "days"
        check.value = end.map { ($0.timeIntervalSince(now) / 86_400 * 100).rounded(.down) / 100 }
        check.warning = limits.warning.inSeconds / 86_400
        check.critical = limits.critical.inSeconds / 86_400
        return check
    }

    private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
