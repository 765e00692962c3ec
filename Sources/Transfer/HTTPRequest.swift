/// One HTTP request.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)] = []
    /// nil sends none.
    package var body: [UInt8]?
    /// The path of a Unix socket that is asked instead of the URL's host.
    package var unixSocket: String?
    /// The file of the authorities that are trusted instead of the machine's.
    package var caFile: String?
    package var connectTimeout = Duration.seconds(10)
    /// For the whole exchange; nil for no bound, for answers that come over hours.
    package var timeout: Duration? = .seconds(60)
    /// Larger answers end the transfer.
    package var maximumBodyBytes = 16 << 20
    /// Whether of a larger answer its beginning is taken, instead of nothing.
    package var takesBeginning = false

    /// Whether the exchange ends once the connection stands, encrypted where the URL says so: nothing is asked then.
    package var endsWhenConnected = false
    /// Whether ``HTTPMeasurement/certificates`` is filled.
    package var keepsCertificates = false
    /// Whether a lookup of the host's name that does not end in time is left behind with its thread, instead of being waited for.
    package var leavesLookupBehind = false

    package init(_ method: String, _ url: String) {
        self.method = method
        self.url = url
    }

    /// Where it goes, for messages: without user, path and query, which may be secrets.
    package var place: String {
        if let unixSocket { return unixSocket }
        let scheme = url.firstRange(of: "://").map { String(url[..<$0.upperBound]) } ?? ""
        let host = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return scheme + (host.split(separator: "@", omittingEmptySubsequences: false).last.map(String.init) ?? "")
    }
}
