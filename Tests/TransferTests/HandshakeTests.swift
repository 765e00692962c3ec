import Glibc
import JobKit
import Testing

@testable import Transfer

/// Servers that break the TLS handshake: nothing is known of their certificate.
@Suite struct HandshakeTests {
    /// What a server says to the first bytes of a client; nothing: it hangs up.
    private static let answers = ["", "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{15}\u{03}\u{03}\u{00}\u{02}\u{02}\u{28}"]

    private static func server(_ answer: String) throws -> LoopbackServer {
        try LoopbackServer { connection in
            connection.firstBytes()
            // An alert has a byte of zero in it.
            connection.answer(bytes: Array(answer.utf8))
        }
    }

    @Test(arguments: answers)
    func aBrokenHandshakeIsNoUntrustedCertificate(_ answer: String) async throws {
        let server = try Self.server(answer)
        do throws(TransferError) {
            _ = try await HTTPTransfer().send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/5eCr3t"))
            Issue.record("there was an answer")
        } catch {
            guard case .withoutHandshake = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.problem.hasPrefix("the TLS handshake with https://127.0.0.1:\(server.port) failed: "), "\(error)")
            #expect(!error.description.contains("trusted") && !error.description.contains("5eCr3t"))
        }
    }

    @Test(arguments: answers)
    func aSessionTellsItFromOneAsWell(_ answer: String) throws {
        let server = try Self.server(answer)
        let session = TransferSession(isStopped: { false })
        do throws(SessionError) {
            _ = try session.perform(SessionTransfer("https://127.0.0.1:\(server.port)/"))
            Issue.record("there was an answer")
        } catch {
            #expect(error.kind == .broken, "\(error)")
        }
    }
}

extension LoopbackServer.Connection {
    /// Waits for the beginning of what the other side says.
    fileprivate func firstBytes() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = read(descriptor, &bytes, bytes.count)
    }

    fileprivate func answer(bytes: [UInt8]) { _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
}
