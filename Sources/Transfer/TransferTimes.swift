import CCurl

/// How long each part of an exchange took, by libcurl's own clock; nil for a part that it did not come to the end of, or did not need.
package struct TransferTimes: Sendable, Hashable {
    /// Finding the address of the name.
    package private(set) var lookup: Duration?
    /// From there to a connection.
    package private(set) var connect: Duration?
    /// From there to an encrypted one.
    package private(set) var secure: Duration?
    /// From the request to the answer's first byte.
    package private(set) var firstByte: Duration?
    /// From the beginning to the end, also of one that failed.
    package private(set) var total = Duration.zero

    init() {}

    /// libcurl counts each time from the beginning; 0 stands for what did not happen.
    init(of easy: UnsafeMutableRawPointer) {
        func reached(_ info: CURLINFO) -> Duration? {
            var microseconds: curl_off_t = 0
            guard ccurl_get_time(easy, info, &microseconds) == CURLE_OK, microseconds > 0 else { return nil }
            return .microseconds(microseconds)
        }
        let found = reached(CURLINFO_NAMELOOKUP_TIME_T)
        let connected = reached(CURLINFO_CONNECT_TIME_T)
        let secured = reached(CURLINFO_APPCONNECT_TIME_T)
        lookup = found
        connect = connected.map { $0 - (found ?? .zero) }
        secure = secured.map { $0 - (connected ?? .zero) }
        let asked = reached(CURLINFO_PRETRANSFER_TIME_T) ?? secured ?? connected ?? .zero
        firstByte = reached(CURLINFO_STARTTRANSFER_TIME_T).map { $0 - asked }
        total = reached(CURLINFO_TOTAL_TIME_T) ?? .zero
    }
}
