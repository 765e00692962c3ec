import JobKit
import Transfer

/// Asks servers for their chains. Verification is never off: a chain that is not trusted is not shown.
struct CertificateServer: Sendable {
    let caFile: String?
    let timeout: Duration

    enum Answer: Sendable, Hashable {
        case chain([Certificate])
        /// Why it is not trusted, and the end that its certificate had, where it is known.
        case untrusted(reason: String, ended: String?)
        case noAnswer(String)
    }

    func chain(of endpoint: Endpoint) -> Answer {
        var request = HTTPRequest("HEAD", "https://\(endpoint)")
        request.timeout = timeout
        request.connectTimeout = timeout
        request.endsWhenConnected = true
        request.keepsCertificates = true
        request.caFile = caFile
        request.leavesLookupBehind = true
        let measurement = HTTPTransfer().measure(request)
        switch measurement.outcome {
        case .failure(.untrusted(_, let reason)):
            return .untrusted(reason: reason, ended: reason.contains("expired") ? endOfExpired(at: endpoint) : nil)
        case .failure(let error): return .noAnswer(error.problem)
        case .success:
            let chain = measurement.certificates.compactMap { Certificate.all(inPEM: $0) }
            guard chain.count == measurement.certificates.count, !chain.isEmpty else { return .noAnswer("its chain cannot be read") }
            return .chain(chain.flatMap(\.self))
        }
    }

    /// OpenSSL's own program names the date at which it refuses a certificate; it verifies, too. Without the program there is none.
    private func endOfExpired(at endpoint: Endpoint) -> String? {
        let trust = caFile.map { ["-CAfile", $0, "-no-CApath", "-no-CAstore"] } ?? []
        let arguments =
            ["openssl", "s_client", "-connect", endpoint.description, "-servername", endpoint.host, "-verify_return_error"] + trust
        let outcome = ToolRun(arguments: arguments, limit: timeout, outputBound: 65_536).run()
        for line in String(decoding: outcome.errors + outcome.output, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("notAfter=") {
            return line.dropFirst(9).clipped(to: 60)
        }
        return nil
    }
}
