import CCurl
import Glibc
import JobKit

/// One request and its answer, on the thread that calls ``run()``.
final class Exchange {
    private let request: HTTPRequest
    private let stop: StopHandle
    private let onHead: (HTTPResponse) -> Void
    private let onBytes: ([UInt8]) -> Void
    private var response = HTTPResponse(status: 0)
    private var isHeadTold = false
    private var received = 0
    private var isTooLarge = false
    /// libcurl's words for what went wrong.
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// Known at the end.
    private(set) var times = TransferTimes()
    /// Known at the end, where the request asks for them.
    private(set) var certificates: [String] = []

    /// Once for the process, before the first handle.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(
        _ request: HTTPRequest, stop: StopHandle, onHead: @escaping (HTTPResponse) -> Void, onBytes: @escaping ([UInt8]) -> Void
    ) {
        self.request = request
        self.stop = stop
        self.onHead = onHead
        self.onBytes = onBytes
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { words.deallocate() }

    func run() -> Result<HTTPResponse, TransferError> {
        guard Self.isReady, let multi = curl_multi_init(), let easy = curl_easy_init() else {
            return .failure(.broken(place: request.place, reason: "libcurl gives no handle: out of memory"))
        }
        let headers = headerList()
        configure(easy, headers: headers)
        curl_multi_add_handle(multi, easy)
        stop.watch(multi)
        let code = work(multi)
        stop.watch(nil)
        let error = code.flatMap { isGood($0) ? nil : failure($0, of: easy) } ?? (code == nil ? .cancelled : nil)
        times = TransferTimes(of: easy)
        if request.keepsCertificates { certificates = Self.certificates(of: easy) }
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        curl_slist_free_all(headers)
        if let error { return .failure(error) }
        tellHead()
        return .success(response)
    }

    private func isGood(_ code: Int32) -> Bool {
        let isCut = isTooLarge && request.takesBeginning && code == Int32(CURLE_WRITE_ERROR.rawValue)
        return isCut || code == Int32(CURLE_OK.rawValue)
    }

    /// - Returns: how it went; nil when it was stopped.
    private func work(_ multi: UnsafeMutableRawPointer) -> Int32? {
        var running: Int32 = 1
        while running > 0 {
            if stop.isStopped { return nil }
            curl_multi_perform(multi, &running)
            let code = ccurl_finished(multi)
            if code >= 0 { return code }
            // libcurl's own timers shorten the wait; a stop wakes it.
            if running > 0 { curl_multi_poll(multi, nil, 0, Int32.max, nil) }
        }
        return Int32(CURLE_OK.rawValue)
    }

    private func configure(_ easy: UnsafeMutableRawPointer, headers: UnsafeMutablePointer<curl_slist>?) {
        ccurl_set_text(easy, CURLOPT_URL, request.url)
        ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_number(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_number(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, request.connectTimeout.wholeMilliseconds)))
        if let timeout = request.timeout { ccurl_set_number(easy, CURLOPT_TIMEOUT_MS, Int(max(1, timeout.wholeMilliseconds))) }
        if let socket = request.unixSocket {
            ccurl_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, socket)
            ccurl_set_text(easy, CURLOPT_PROXY, "")
        }
        if let caFile = request.caFile {
            ccurl_set_text(easy, CURLOPT_CAINFO, caFile)
            ccurl_set_text(easy, CURLOPT_CAPATH, nil)
        }
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, headers)
        if let body = request.body {
            ccurl_set_number(easy, CURLOPT_POST, 1)
            ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int(body.count))
            body.withUnsafeBytes { _ = ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress)) }
        }
        ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
        if request.method == "HEAD" { ccurl_set_number(easy, CURLOPT_NOBODY, 1) }
        configureLooking(easy)
        // The exchange outlives both handles: they are gone when run() returns.
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_sink(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Exchange.of(context).take(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_sink(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Exchange.of(context).take(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    private func configureLooking(_ easy: UnsafeMutableRawPointer) {
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
        if request.endsWhenConnected { ccurl_set_number(easy, CURLOPT_CONNECT_ONLY, 1) }
        if request.keepsCertificates { ccurl_set_number(easy, CURLOPT_CERTINFO, 1) }
        if request.leavesLookupBehind { ccurl_set_number(easy, CURLOPT_QUICK_EXIT, 1) }
    }

    /// The chain in PEM, the other side's own certificate first.
    private static func certificates(of easy: UnsafeMutableRawPointer) -> [String] {
        guard let chain = ccurl_get_certificates(easy) else { return [] }
        return (0..<Int(chain.pointee.num_of_certs)).compactMap { index in
            var item = chain.pointee.certinfo[index]
            while let entry = item {
                let text = entry.pointee.data.map { String(cString: $0) } ?? ""
                if text.hasPrefix("Cert:") { return String(text.dropFirst(5)) }
                item = entry.pointee.next
            }
            return nil
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Exchange {
        guard let context else { preconditionFailure("libcurl lost the context of a transfer") }
        return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    }

    /// Names that libcurl would add by itself are switched off by a name without a value.
    private func headerList() -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for (name, value) in request.headers + [("Expect", "")] { list = curl_slist_append(list, "\(name): \(value)") }
        return list
    }

    private func take(headerLine bytes: UnsafeRawBufferPointer) -> Int {
        response.take(headerLine: bytes)
        if bytes.allSatisfy({ $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }), response.status >= 200 { tellHead() }
        return bytes.count
    }

    private func take(body bytes: UnsafeRawBufferPointer) -> Int {
        received += bytes.count
        guard received <= request.maximumBodyBytes else {
            isTooLarge = true
            let room = bytes.count - (received - request.maximumBodyBytes)
            if request.takesBeginning, room > 0 { onBytes(Array(bytes.prefix(room))) }
            return 0
        }
        onBytes(Array(bytes))
        return bytes.count
    }

    private func tellHead() {
        guard !isHeadTold else { return }
        isHeadTold = true
        onHead(response)
    }

    private func failure(_ code: Int32, of easy: UnsafeMutableRawPointer) -> TransferError {
        let place = request.place
        var errorNumber = 0
        ccurl_get_number(easy, CURLINFO_OS_ERRNO, &errorNumber)
        let curlCode = CURLcode(UInt32(code))
        let reason = String(cString: curl_easy_strerror(curlCode))
        switch curlCode {
        case CURLE_COULDNT_RESOLVE_HOST: return .notReachable(place: place, reason: "its name is not known", code: 0)
        case CURLE_COULDNT_CONNECT:
            let text = errorNumber == 0 ? reason : String(cString: strerror(Int32(errorNumber)))
            return .notReachable(place: place, reason: text, code: Int32(errorNumber))
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(place: place)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .withoutHandshake(place: place, reason: reason)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            // These words name the certificate's fault, and no part of the URL but its host.
            let said = String(cString: words)
            return .untrusted(place: place, reason: said.isEmpty ? reason : said)
        case CURLE_WRITE_ERROR where isTooLarge: return .tooLarge(place: place, bound: request.maximumBodyBytes)
        default: return .broken(place: place, reason: reason)
        }
    }
}
