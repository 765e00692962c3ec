import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Certificates made by OpenSSL, in files and shown by nginx.
@Suite struct CertificatesTests {
    private let site: Site

    init() throws {
        site = try Site()
        _ = try site.script(
            "make",
            """
            #!/bin/sh
            # make NAME BEGIN DAYS SUBJECT: a certificate of the authority for localhost that began at BEGIN
            set -eu
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $1.key -out $1.csr -subj "$4" 2>/dev/null
            printf 'subjectAltName=DNS:%s,IP:127.0.0.1\\n' "${5-localhost}" > $1.ext
            faketime "$2" openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -days $3 -extfile $1.ext -out $1.pem 2>/dev/null
            """)
        try site.shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 3650 2>/dev/null
            """)
    }

    private func make(
        _ name: String, from begin: String = "1 day ago", days: Int, subject: String = "/O=Bots/CN=bot.example", host: String = "localhost"
    ) throws {
        try site.shell("./make \(name) '\(begin)' \(days) '\(subject)' \(host)")
    }

    private func look(_ settings: String, _ memory: inout Certificates.Memory?) throws -> [WireEvent.Check] {
        try check(Certificates.self, settings).look(try site.machine(), memory: &memory)
    }

    private func file(_ name: String, _ more: String = "") throws -> WireEvent.Check {
        var memory: Certificates.Memory?
        return try look(#"{"files": "\#(site.path)/\#(name)"\#(more)}"#, &memory)[0]
    }

    @Test func filesAreJudgedByTheirDaysAndDatesAreThoseOfOpenSSL() throws {
        try make("good", days: 100)
        let good = try file("good.pem")
        #expect(good.state == .ok, "\(good)")
        #expect(good.unit == "days" && good.warning == 21 && good.critical == 7)
        #expect(good.value.map { 98.9...99.0 ~= $0 } == true, "\(good)")
        let date = try site.shell("date -u -d \"$(openssl x509 -in good.pem -noout -enddate | cut -d= -f2)\" +%Y-%m-%dT%H:%M:%SZ").trimmed
        #expect(try good.input("ends") == date)
        #expect(try good.input("subject") == "bot.example")
        try make("soon", days: 15)
        #expect(try file("soon.pem").state == .warning)
        try make("near", days: 5)
        #expect(try file("near.pem").state == .critical)
        #expect(try file("near.pem", #", "warning": "3d", "critical": "1d""#).state == .ok)
    }

    @Test func anExpiredOneIsCriticalWithItsDate() throws {
        try make("old", from: "40 days ago", days: 30)
        let check = try file("old.pem")
        #expect(check.state == .critical)
        #expect(check.reason == "the certificate of bot.example ended at \(try check.input("ends"))")
    }

    @Test func oneThatIsNotGoodYetIsCritical() throws {
        try make("early", from: "3 days", days: 300)
        #expect(try file("early.pem").reason?.hasPrefix("the certificate of bot.example is not good before ") == true)
    }

    @Test func theFirstEndOfAChainCountsAndKeysAreLeftOut() throws {
        try make("good", days: 300)
        try make("near", days: 10, subject: "/O=Intermediate")
        try site.shell("cat good.key good.pem near.pem ca.pem > chain.pem")
        let check = try file("chain.pem")
        #expect(check.state == .warning)
        #expect(try check.input("certificates") == "3" && check.input("subject") == "Intermediate")
    }

    @Test func yearsBeyond2049AreWrittenOtherwise() throws {
        try make("long", days: 20_000)
        let check = try file("long.pem")
        #expect(check.state == .ok)
        #expect(try check.input("ends").hasPrefix("208"), "\(check)")
    }

    @Test func whatIsNoCertificateIsSaid() throws {
        #expect(try file("none.pem").reason == "\(site.path)/none.pem cannot be read: No such file or directory")
        #expect(try file("none.pem").state == .critical)
        try site.write("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        #expect(try file("key.pem").reason == "there is no certificate in it")
        try make("good", days: 300)
        try site.shell("head -n 5 good.pem > cut.pem; sed 's/^MII./MIIA/' good.pem > flipped.pem")
        #expect(try file("cut.pem").reason?.hasSuffix("cut.pem holds a certificate that cannot be read") == true)
        #expect(try file("flipped.pem").state == .critical)
    }

    @Test func whatNeverEndsIsNoCertificate() throws {
        try site.shell("mkfifo pipe.pem")
        #expect(try file("pipe.pem").reason == "there is no certificate in it")
    }

    @Test func anyBytesAreReadWithoutHarm() throws {
        try make("good", days: 300)
        let text = try site.text("good.pem").split(separator: "\n").dropFirst().dropLast().joined()
        let bytes = [UInt8](try #require(Data(base64Encoded: String(text))))
        for place in bytes.indices {
            for bit: UInt8 in [1, 0x80, 0xff] {
                var damaged = bytes
                damaged[place] ^= bit
                _ = Certificate(der: damaged)
            }
            #expect(Certificate(der: Array(bytes[..<place])) == nil)
        }
    }

    /// nginx with one certificate.
    private func serve(_ name: String) throws -> LocalServer {
        let port = try LocalServer.freePort()
        try site.shell("mkdir -p nginx; chmod 755 .; cat \(name).pem ca.pem > \(name)-chain.pem")
        try site.write(
            "\(name).conf",
            """
            daemon off; master_process off; pid \(site.path)/\(name).pid; error_log stderr;
            events {}
            http {
                access_log off; client_body_temp_path \(site.path)/nginx; proxy_temp_path \(site.path)/nginx; fastcgi_temp_path \(site.path)/nginx;
                uwsgi_temp_path \(site.path)/nginx; scgi_temp_path \(site.path)/nginx;
                server {
                    listen 127.0.0.1:\(port) ssl; ssl_certificate \(site.path)/\(name)-chain.pem; ssl_certificate_key \(site.path)/\(name).key;
                    location / { return 200 "well"; }
                }
            }
            """)
        return try LocalServer(on: port, ["/usr/sbin/nginx", "-c", "\(site.path)/\(name).conf", "-e", "stderr"], in: site)
    }

    private func ask(_ server: LocalServer, _ memory: inout Certificates.Memory?, host: String = "127.0.0.1", trusted: Bool = true) throws
        -> WireEvent.Check
    {
        let trust = trusted ? #", "ca_file": "\#(site.path)/ca.pem""# : ""
        return try look(#"{"servers": "\#(host):\#(server.port)"\#(trust)}"#, &memory)[0]
    }

    @Test(.enabled(if: LocalServer.obstacle("/usr/sbin/nginx") == nil, "needs nginx: deployment/scripts/setup test"))
    func aServersChainIsJudgedAsAFileIs() throws {
        try make("good", days: 100)
        try make("soon", days: 15)
        var memory: Certificates.Memory?
        let good = try ask(try serve("good"), &memory)
        #expect(good.state == .ok, "\(good)")
        #expect(try good.input("certificates") == "2" && good.input("subject") == "bot.example")
        let soon = try ask(try serve("soon"), &memory)
        #expect(soon.state == .warning, "\(soon)")
        #expect(soon.reason?.hasPrefix("the certificate of bot.example ends at ") == true)
    }

    @Test(.enabled(if: LocalServer.obstacle("/usr/sbin/nginx") == nil, "needs nginx: deployment/scripts/setup test"))
    func anExpiredChainIsCriticalWithItsDate() throws {
        try make("old", from: "40 days ago", days: 30)
        var memory: Certificates.Memory?
        let check = try ask(try serve("old"), &memory)
        #expect(check.state == .critical)
        #expect(
            check.reason?.hasPrefix("its certificate is not trusted: SSL certificate problem: certificate has expired; it ended at ")
                == true, "\(check)")
        let date = try site.shell("openssl x509 -in old.pem -noout -enddate | cut -d= -f2").trimmed
        #expect(try check.input("ended") == date)
    }

    @Test(.enabled(if: LocalServer.obstacle("/usr/sbin/nginx") == nil, "needs nginx: deployment/scripts/setup test"))
    func whatIsNotTrustedIsCriticalWithItsReason() throws {
        try make("good", days: 100)
        try make("other", days: 100, host: "elsewhere.example")
        try site.shell(
            "sed -i 's/,IP:127.0.0.1//' other.ext; openssl x509 -req -in other.csr -CA ca.pem -CAkey ca.key -days 100 -extfile other.ext -out other.pem 2>/dev/null"
        )
        var memory: Certificates.Memory?
        let server = try serve("good")
        let unknown = try ask(server, &memory, trusted: false)
        #expect(unknown.state == .critical)
        #expect(
            unknown.reason?.contains("certificate in certificate chain") == true || unknown.reason?.contains("issuer certificate") == true,
            "\(unknown)")
        let other = try ask(try serve("other"), &memory)
        #expect(other.state == .critical)
        #expect(
            other.reason?.contains("does not match target host name '127.0.0.1'") == true
                || other.reason?.contains("no alternative certificate") == true, "\(other)")
    }

    @Test func nobodyThereIsUnknown() throws {
        var memory: Certificates.Memory?
        let check = try look(#"{"servers": "127.0.0.1:\#(try LocalServer.freePort())"}"#, &memory)[0]
        #expect(check.state == .unknown)
        #expect(check.reason?.contains("Connection refused") == true)
    }

    /// A server that speaks no TLS shows no certificate that could be a bad one.
    @Test func aBrokenHandshakeIsUnknownAndSaysSo() throws {
        let server = try LocalServer(script: "http", in: site)
        var memory: Certificates.Memory?
        let check = try ask(server, &memory)
        #expect(check.state == .unknown)
        #expect(check.reason?.contains("the TLS handshake with https://127.0.0.1:\(server.port) failed: ") == true, "\(check)")
    }

    @Test(arguments: [
        ("{}", "with.certificates names no certificate"),
        (#"{"servers": "http://x"}"#, "with.certificates.servers has \"http://x\", which is no server"),
        (#"{"files": "/a", "warning": "1d"}"#, "with.certificates has critical 7d before warning 1d"),
    ])
    func settingsThatCannotBeMeantAreRefused(_ settings: String, _ problem: String) throws {
        #expect(try findings(Certificates.self, settings).contains { $0.problem == problem })
    }
}
