import CCurl
import Glibc
import JobKit

/// One message and what the server says to it, on the thread that calls ``run(tell:)``.
final class MailExchange {
    private let request: MailRequest
    private let stop: StopHandle
    private var dialogue = MailDialogue()
    private var sent = 0

    init(_ request: MailRequest, stop: StopHandle) {
        self.request = request
        self.stop = stop
    }

    /// - Parameter tell: hears how it went, before the connection is closed: the server may take its time over the farewell.
    func run(tell: (Result<MailAnswer, MailError>) -> Void) {
        guard Exchange.isReady, let multi = curl_multi_init(), let easy = curl_easy_init() else {
            return tell(.failure(.transfer(.broken(place: request.place, reason: "libcurl gives no handle: out of memory"))))
        }
        var recipients: UnsafeMutablePointer<curl_slist>?
        for recipient in request.recipients { recipients = curl_slist_append(recipients, "<\(recipient)>") }
        configure(easy, recipients: recipients)
        curl_multi_add_handle(multi, easy)
        stop.watch(multi)
        let code = work(multi)
        stop.watch(nil)
        tell(result(code, of: easy))
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        curl_slist_free_all(recipients)
    }

    /// - Returns: how it went; nil when it was stopped.
    private func work(_ multi: UnsafeMutableRawPointer) -> Int32? {
        var running: Int32 = 1
        while running > 0 {
            if stop.isStopped { return nil }
            curl_multi_perform(multi, &running)
            let code = ccurl_finished(multi)
            if code >= 0 { return code }
            if running > 0 { curl_multi_poll(multi, nil, 0, Int32.max, nil) }
        }
        return Int32(CURLE_OK.rawValue)
    }

    private func configure(_ easy: UnsafeMutableRawPointer, recipients: UnsafeMutablePointer<curl_slist>?) {
        ccurl_set_text(easy, CURLOPT_URL, request.url)
        ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        ccurl_set_number(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_number(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, request.connectTimeout.wholeMilliseconds)))
        ccurl_set_number(easy, CURLOPT_TIMEOUT_MS, Int(max(1, request.timeout.wholeMilliseconds)))
        // Bounds the farewell, which the timeout of the whole does not.
        ccurl_set_number(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, Int(max(1, request.timeout.wholeMilliseconds / 1000)))
        configureSecurity(easy)
        ccurl_set_text(easy, CURLOPT_MAIL_FROM, "<\(request.sender)>")
        ccurl_set_list(easy, CURLOPT_MAIL_RCPT, recipients)
        ccurl_allow_refused_recipients(easy)
        ccurl_set_number(easy, CURLOPT_UPLOAD, 1)
        ccurl_set_size(easy, CURLOPT_INFILESIZE_LARGE, request.message.count)
        // The exchange outlives both handles: they are gone when run() returns.
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        ccurl_set_sink(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            MailExchange.of(context).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(easy, CURLOPT_DEBUGDATA, context)
        ccurl_set_listener(easy) { _, kind, bytes, count, context in
            MailExchange.of(context).hear(kind, UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
    }

    private func configureSecurity(_ easy: UnsafeMutableRawPointer) {
        ccurl_set_number(easy, CURLOPT_SSLVERSION, ccurl_tls_1_2)
        // With "all" libcurl ends the exchange where the server cannot switch; "try" would go on in clear.
        let level = request.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        ccurl_set_number(easy, CURLOPT_USE_SSL, Int(level.rawValue))
        if let caFile = request.caFile {
            ccurl_set_text(easy, CURLOPT_CAINFO, caFile)
            ccurl_set_text(easy, CURLOPT_CAPATH, nil)
        }
        if let login = request.login {
            ccurl_set_text(easy, CURLOPT_USERNAME, login.user)
            ccurl_set_text(easy, CURLOPT_PASSWORD, login.password.exposedValue)
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> MailExchange {
        guard let context else { preconditionFailure("libcurl lost the context of a transfer") }
        return Unmanaged<MailExchange>.fromOpaque(context).takeUnretainedValue()
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = request.message[sent...].prefix(buffer.count)
        buffer.copyBytes(from: piece)
        sent += piece.count
        return piece.count
    }

    private func hear(_ kind: curl_infotype, _ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case CURLINFO_HEADER_OUT: dialogue.send(bytes)
        case CURLINFO_HEADER_IN: dialogue.receive(bytes)
        case _: return
        }
    }

    private func result(_ code: Int32?, of easy: UnsafeMutableRawPointer) -> Result<MailAnswer, MailError> {
        guard let code else { return .failure(.transfer(.cancelled)) }
        let answer = self.answer
        if code == Int32(CURLE_OK.rawValue) { return .success(answer) }
        // Everybody was refused: that is an answer, too, about each of them.
        if dialogue.stage == .recipient, answer.accepted.isEmpty, answer.refused.count == request.recipients.count {
            return .success(answer)
        }
        return .failure(failure(CURLcode(UInt32(code)), of: easy))
    }

    private var answer: MailAnswer {
        var answer = MailAnswer(accepted: [], refused: [])
        for (recipient, reply) in zip(request.recipients, dialogue.recipientReplies) {
            if reply.code < 300 {
                answer.accepted.append(recipient)
            } else {
                answer.refused.append(.init(recipient: recipient, reply: reply))
            }
        }
        return answer
    }

    private func failure(_ code: CURLcode, of easy: UnsafeMutableRawPointer) -> MailError {
        let place = request.place
        let reason = String(cString: curl_easy_strerror(code))
        if let reply = dialogue.reply, reply.code >= 400 { return .refused(place: place, stage: dialogue.stage, reply: reply) }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .transfer(.notReachable(place: place, reason: "its name is not known", code: 0))
        case CURLE_COULDNT_CONNECT:
            var errorNumber = 0
            ccurl_get_number(easy, CURLINFO_OS_ERRNO, &errorNumber)
            let text = errorNumber == 0 ? reason : String(cString: strerror(Int32(errorNumber)))
            return .transfer(.notReachable(place: place, reason: text, code: Int32(errorNumber)))
        case CURLE_OPERATION_TIMEDOUT: return .transfer(.timedOut(place: place))
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .transfer(.withoutHandshake(place: place, reason: reason))
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            return .transfer(.untrusted(place: place, reason: reason))
        case CURLE_USE_SSL_FAILED: return .withoutTLS(place: place)
        case CURLE_LOGIN_DENIED: return .withoutLogin(place: place)
        case _: return .transfer(.broken(place: place, reason: reason))
        }
    }
}
