import Foundation
import JobKit
import SchedulerCore
import Testing

@testable import Notify

/// A server of mail by aiosmtpd, with a certificate of an authority of its own.
final class MailServer {
    /// Where certificates lie; made once for a server.
    let certificates: URL
    let server: PythonServer

    /// - Parameters:
    ///   - name: that the certificate is for.
    ///   - arguments: more of them for the script.
    init(tls: String = "starttls", name: String = "IP:127.0.0.1", _ arguments: [String] = []) throws {
        certificates = try PythonServer.scratch()
        try PythonServer.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
                "ca.pem",
                "-days", "2", "-subj", "/CN=test authority",
            ], in: certificates)
        try PythonServer.run(
            [
                "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
                "server.csr",
                "-subj", "/CN=mail.test",
            ], in: certificates)
        try "subjectAltName=\(name)\n".write(to: certificates.appending(path: "names"), atomically: false, encoding: .utf8)
        try PythonServer.run(
            [
                "openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                "server.pem",
                "-days", "1", "-extfile", "names",
            ], in: certificates)
        let files = ["--cert", certificates.path + "/server.pem", "--key", certificates.path + "/server.key"]
        server = try PythonServer("mail", ["FOLDER", "--tls", tls] + files + arguments, python: PythonServer.python)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: certificates)
        } catch {
            Issue.record("\(certificates.path) cannot be removed: \(error)")
        }
    }

    var place: String { "127.0.0.1:\(server.port)" }

    func channel(
        _ to: [String] = ["ops@example.org"], security: EmailChannel.Security = .starttls, login: (user: String, password: String)? = nil,
        isTrusted: Bool = true, timeout: Duration = .seconds(60)
    ) throws -> Channel {
        var email = EmailChannel(
            host: "127.0.0.1", port: server.port, security: security, from: try MailAddress("acore@bot.example.org"), to: [])
        for text in to { email.to.append(try MailAddress(text)) }
        email.user = login?.user
        email.password = login.map { .literal(Secret($0.password)) }
        return Channel(name: "ops", way: .email(email), timeout: timeout, caFile: isTrusted ? certificates.path + "/ca.pem" : nil)
    }

    /// What it was told, without the ids: `RCPT ops@example.org`.
    func commands() throws -> [String] {
        try server.log().map { entry in
            [entry["command"], entry["address"]].compactMap { $0 as? String }.joined(separator: " ")
        }
    }

    func isAllSecret() throws -> Bool { try server.log().allSatisfy { $0["tls"] as? Bool == true } }

    func mails() throws -> [EmailMessageTests.Mail] {
        let files = try FileManager.default.contentsOfDirectory(atPath: server.folder.path).filter { $0.hasSuffix(".eml") }.sorted()
        return try files.map { try EmailMessageTests.Mail(file: server.folder.appending(path: $0)) }
    }
}
