import CCurl
import JobKit

/// Transfers one after another on the thread that calls, over connections that stay open in between.
package final class TransferSession {
    /// How often somebody who asked to stop is looked for while nothing moves, in milliseconds.
    private static let stopCheck: Int32 = 100

    private let multi: UnsafeMutableRawPointer?
    private let isStopped: @Sendable () -> Bool

    /// - Parameter isStopped: asked several times a second; a transfer ends soon after it says yes.
    package init(isStopped: @escaping @Sendable () -> Bool) {
        self.isStopped = isStopped
        multi = Exchange.isReady ? curl_multi_init() : nil
    }

    deinit {
        if let multi { curl_multi_cleanup(multi) }
    }

    /// Carries out one transfer.
    package func perform(_ transfer: SessionTransfer) throws(SessionError) -> HTTPResponse {
        guard let multi, let easy = curl_easy_init() else {
            throw SessionError(kind: .broken, reason: "libcurl gives no handle: out of memory")
        }
        let exchange = SessionExchange(transfer)
        exchange.configure(easy)
        curl_multi_add_handle(multi, easy)
        let code = work(multi)
        let error = code.map { exchange.failure($0) } ?? SessionError(kind: .stopped, reason: "it was stopped")
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        if let error { throw error }
        return exchange.response
    }

    /// - Returns: how it went; nil when it was stopped.
    private func work(_ multi: UnsafeMutableRawPointer) -> CURLcode? {
        var running: Int32 = 1
        while true {
            if isStopped() { return nil }
            curl_multi_perform(multi, &running)
            let code = ccurl_finished(multi)
            if code >= 0 { return CURLcode(UInt32(code)) }
            guard running > 0 else { return CURLE_OK }
            curl_multi_poll(multi, nil, 0, Self.stopCheck, nil)
        }
    }
}
