import CCurl
import Glibc
import JobKit

/// One transfer of a session: its options, what it sends, and what comes.
final class SessionExchange {
    /// Of libcurl's own buffer for sending: SFTP sends what is in it without waiting for an answer to each piece.
    private static let sendBuffer = 1 << 20
    private static let connectSeconds = 30
    /// A transfer that moves less than a byte a second for so long has died.
    private static let standstillSeconds = 60

    private let transfer: SessionTransfer
    private(set) var response = HTTPResponse(status: 0)
    private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var sent = 0
    private var hasGivenUp = false

    init(_ transfer: SessionTransfer) {
        self.transfer = transfer
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        for list in lists { curl_slist_free_all(list) }
        reason.deallocate()
    }

    /// The exchange must outlive the handle.
    func configure(_ easy: UnsafeMutableRawPointer) {
        ccurl_set_text(easy, CURLOPT_URL, transfer.url)
        ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https,sftp")
        ccurl_set_number(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, reason)
        ccurl_set_number(easy, CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
        ccurl_set_number(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
        ccurl_set_number(easy, CURLOPT_LOW_SPEED_TIME, Self.standstillSeconds)
        if let timeout = transfer.timeout { ccurl_set_number(easy, CURLOPT_TIMEOUT_MS, Int(max(1, timeout.wholeMilliseconds))) }
        if let rate = transfer.bytesPerSecond {
            ccurl_set_size(easy, CURLOPT_MAX_SEND_SPEED_LARGE, Int(rate))
            ccurl_set_size(easy, CURLOPT_MAX_RECV_SPEED_LARGE, Int(rate))
        }
        configureLogin(easy)
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, list(transfer.headers.map { "\($0.name): \($0.value)" }))
        ccurl_set_list(easy, CURLOPT_QUOTE, list(transfer.commands))
        if let (first, last) = transfer.range {
            ccurl_set_text(easy, CURLOPT_RANGE, "\(first)-\(last.map(String.init) ?? "")")
        }
        configureUpload(easy)
        if transfer.isWithoutBody { ccurl_set_number(easy, CURLOPT_NOBODY, 1) }
        if let method = transfer.method { ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, method) }
        configureCallbacks(easy)
    }

    private func configureLogin(_ easy: UnsafeMutableRawPointer) {
        switch transfer.login {
        case .none: break
        case .sshKey(let user, let file, let knownHosts):
            // Without the file of known hosts libcurl would trust any.
            ccurl_set_text(easy, CURLOPT_SSH_KNOWNHOSTS, knownHosts)
            ccurl_set_number(easy, CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PUBLICKEY))
            ccurl_set_text(easy, CURLOPT_USERNAME, user)
            ccurl_set_text(easy, CURLOPT_SSH_PRIVATE_KEYFILE, file)
            ccurl_set_number(easy, CURLOPT_NEW_FILE_PERMS, 0o600)
            ccurl_set_number(easy, CURLOPT_NEW_DIRECTORY_PERMS, 0o700)
            ccurl_set_number(easy, CURLOPT_FTP_CREATE_MISSING_DIRS, 1)
        case .signature(let scope, let id, let secret):
            ccurl_set_text(easy, CURLOPT_AWS_SIGV4, scope)
            ccurl_set_text(easy, CURLOPT_USERNAME, id)
            ccurl_set_text(easy, CURLOPT_PASSWORD, secret.exposedValue)
        }
    }

    private func configureUpload(_ easy: UnsafeMutableRawPointer) {
        let size: Int64
        switch transfer.upload {
        case nil: return
        case .bytes(let bytes):
            if transfer.method == "POST" {
                ccurl_set_number(easy, CURLOPT_POST, 1)
                ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count)
                bytes.withUnsafeBytes { content in
                    _ = ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: content.baseAddress))
                }
                return
            }
            size = Int64(bytes.count)
        case .stream(let whole, let offset, _):
            size = whole
            if offset > 0 { ccurl_set_size(easy, CURLOPT_RESUME_FROM_LARGE, Int(offset)) }
        }
        ccurl_set_number(easy, CURLOPT_UPLOAD, 1)
        ccurl_set_number(easy, CURLOPT_UPLOAD_BUFFERSIZE, Self.sendBuffer)
        ccurl_set_size(easy, CURLOPT_INFILESIZE_LARGE, Int(size))
    }

    private func configureCallbacks(_ easy: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context)
        ccurl_set_sink(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            SessionExchange.of(context).response.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        ccurl_set_sink(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            SessionExchange.of(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_sink(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            SessionExchange.of(context).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_seek(easy, CURLOPT_SEEKFUNCTION) { context, offset, _ in SessionExchange.of(context).seek(Int64(offset)) }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> SessionExchange {
        guard let context else { preconditionFailure("libcurl lost the context of a transfer") }
        return Unmanaged<SessionExchange>.fromOpaque(context).takeUnretainedValue()
    }

    private func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) }
        if let list { lists.append(list) }
        return list
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        // The body of a refusal is not what was asked for.
        if let take = transfer.take, response.status < 300 {
            if take(bytes) { return bytes.count }
            hasGivenUp = true
            return 0
        }
        guard response.body.count + bytes.count <= transfer.maximumBodyBytes else { return 0 }
        response.body += bytes
        return bytes.count
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch transfer.upload {
        case nil: return 0
        case .bytes(let bytes):
            let piece = bytes[sent...].prefix(buffer.count)
            buffer.copyBytes(from: piece)
            sent += piece.count
            return piece.count
        case .stream(_, _, let read):
            if let count = read(buffer) { return count }
            hasGivenUp = true
            return Int(CURL_READFUNC_ABORT)
        }
    }

    /// libcurl goes to the offset where a stream begins already, and back to the start of bytes that it has to send again.
    private func seek(_ offset: Int64) -> Int32 {
        switch transfer.upload {
        case nil: return Int32(CURL_SEEKFUNC_FAIL)
        case .bytes:
            sent = Int(offset)
            return Int32(CURL_SEEKFUNC_OK)
        case .stream(_, let start, _): return offset == start ? Int32(CURL_SEEKFUNC_OK) : Int32(CURL_SEEKFUNC_FAIL)
        }
    }

    /// Why it failed; nil when it did not.
    func failure(_ code: CURLcode) -> SessionError? {
        guard code != CURLE_OK else { return nil }
        let said = String(cString: reason)
        let text = said.isEmpty ? String(cString: curl_easy_strerror(code)) : said
        return SessionError(kind: hasGivenUp ? .givenUp : Self.kind(code), reason: text)
    }

    private static func kind(_ code: CURLcode) -> SessionError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: .unreachable
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE: .untrusted
        case CURLE_LOGIN_DENIED: .loginRefused
        case CURLE_REMOTE_FILE_NOT_FOUND: .missing
        case CURLE_REMOTE_DISK_FULL: .full
        case CURLE_REMOTE_ACCESS_DENIED, CURLE_QUOTE_ERROR: .refused
        case _: .broken
        }
    }
}
