import Archive
import JobKit
import Transfer

/// Signed requests to a bucket.
final class S3Client {
    /// For one that moves no file's content.
    private static let requestTime = Duration.seconds(120)

    /// One request.
    struct Request {
        let method: String
        /// Relative to the bucket; empty for itself.
        var key = ""
        /// Sorted by name, since they are signed as they stand.
        var query: [(name: String, value: String)] = []
        var body: [UInt8]?
        var firstByte: Int64 = 0
        var take: ((UnsafeRawBufferPointer) -> Bool)?

        init(_ method: String, _ key: String = "") {
            self.method = method
            self.key = key
        }
    }

    let place: String
    private let base: String
    private let scope: String
    private let key: CopyCredential.AccessKey
    private let rate: Int64?
    private let session: TransferSession

    init(bucket: String, settings: CopySettings, key: CopyCredential, stop: StopFlag) throws(CopyError) {
        var endpoint = settings.s3.endpoint ?? "https://s3.\(settings.s3.region).amazonaws.com"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        if settings.s3.hasPathStyle {
            base = "\(endpoint)/\(bucket)"
        } else {
            let scheme = endpoint.firstRange(of: "://").map { endpoint[..<$0.upperBound] } ?? ""
            base = "\(scheme)\(bucket).\(endpoint.dropFirst(scheme.count))"
        }
        place = base
        scope = "aws:amz:\(settings.s3.region):s3"
        self.key = try key.accessKey()
        rate = settings.rate
        session = TransferSession(isStopped: { stop.isStopped })
    }

    /// - Returns: the answer to a request that was accepted.
    func send(_ request: Request) throws(CopyError) -> HTTPResponse {
        let response: HTTPResponse
        do throws(SessionError) {
            response = try session.perform(transfer(request))
        } catch {
            throw failure(error, request)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response, request) }
        return response
    }

    private func transfer(_ request: Request) -> SessionTransfer {
        let query = request.query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&")
        var transfer = SessionTransfer("\(base)/\(request.key)\(query.isEmpty ? "" : "?\(query)")")
        transfer.method = request.method
        transfer.isWithoutBody = request.method == "HEAD"
        transfer.login = .signature(scope: scope, id: key.id, secret: key.secret)
        // The signature covers the content: a server takes nothing else than what was meant.
        transfer.headers = [("x-amz-content-sha256", ContentDigest(of: request.body ?? []).description)]
        if let token = key.token { transfer.headers.append(("x-amz-security-token", token.exposedValue)) }
        if let body = request.body { transfer.upload = .bytes(body) }
        if request.method == "POST" { transfer.headers.append(("Content-Type", "application/xml")) }
        if request.firstByte > 0 { transfer.range = (request.firstByte, nil) }
        transfer.take = request.take
        transfer.bytesPerSecond = rate
        if request.body == nil, request.take == nil { transfer.timeout = Self.requestTime }
        return transfer
    }

    /// Percent encoding as signing wants it.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            case _: "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }.joined()
    }

    private func failure(_ error: SessionError, _ request: Request) -> CopyError {
        let what = "\(place)/\(request.key): \(error.reason)"
        switch error.kind {
        case .stopped: return .stopped
        case .untrusted:
            return CopyError(.lasting, what, fix: "check the certificate of the server, and this machine's clock and ca-certificates")
        case .missing, .unreachable: return CopyError(.transient, what, fix: "check endpoint: and region:, and that the server runs")
        case .timedOut, .broken, .full, .refused, .loginRefused, .givenUp:
            return CopyError(.transient, what, fix: "look at the log of the server")
        }
    }

    private func refusal(_ response: HTTPResponse, _ request: Request) -> CopyError {
        let answer = S3Answer(response.body)
        let code = answer["Code"] ?? "status \(response.status)"
        let what = "\(place)/\(request.key): \(request.method) is refused: \(code)\(answer["Message"].map { ", \($0)" } ?? "")"
        if code == "NoSuchUpload" { return CopyError(.transient, what, fix: "the file is sent anew") }
        if code == "NoSuchBucket" { return CopyError(.lasting, what, fix: "make the bucket, or correct to:") }
        switch response.status {
        case 404: return CopyError(.missing, what, fix: "the next run sends it again")
        case 408, 429, 500...: return CopyError(.transient, what, fix: "look at the log of the server")
        case 400 where code == "RequestTimeout": return CopyError(.transient, what, fix: "look at the log of the server")
        case 401, 403: return CopyError(.lasting, what, fix: "check the access key and its rights, region:, and this machine's clock")
        case _: return CopyError(.lasting, what, fix: "check endpoint:, region: and path_style:")
        }
    }
}
