package import JobKit

/// One transfer of a ``TransferSession``, by HTTP or SFTP.
package struct SessionTransfer {
    /// How to say who we are.
    package enum Login {
        case none
        /// A user's private key, and the file of the hosts that are trusted.
        case sshKey(user: String, file: String, knownHosts: String)
        /// Requests signed as Amazon's version 4 wants it; the scope is `PROVIDER:REGION:SERVICE` in libcurl's form.
        case signature(scope: String, id: String, secret: Secret)
    }

    /// What is sent.
    package enum Upload {
        case bytes([UInt8])
        /// Bytes that `read` puts into a buffer, 0 at their end, nil to give up.
        /// - Parameters:
        ///   - size: bytes of the whole file.
        ///   - offset: bytes of it that are there already; `read` begins behind them.
        case stream(size: Int64, offset: Int64, read: (UnsafeMutableRawBufferPointer) -> Int?)
    }

    package var url: String
    /// Of HTTP; nil for the one that fits.
    package var method: String?
    package var headers: [(name: String, value: String)] = []
    package var login = Login.none
    package var upload: Upload?
    /// The first byte that is wanted, and the last one.
    package var range: (first: Int64, last: Int64?)?
    /// Commands of SFTP that come before the transfer, in libcurl's words.
    package var commands: [String] = []
    /// Only the head or the commands.
    package var isWithoutBody = false
    /// A limit, both ways.
    package var bytesPerSecond: Int64?
    /// For the whole transfer; nil for none: then only one that stands still is ended.
    package var timeout: Duration?
    /// Takes the body piece by piece; false ends the transfer. Nil collects it.
    package var take: ((UnsafeRawBufferPointer) -> Bool)?
    /// A longer answer than this is not collected.
    package var maximumBodyBytes = 64 << 20

    package init(_ url: String) { self.url = url }
}
