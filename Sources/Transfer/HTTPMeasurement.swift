/// A request, its end and what is known of the way there.
package struct HTTPMeasurement: Sendable {
    package let outcome: Result<HTTPResponse, TransferError>
    package let times: TransferTimes
    /// The chain in PEM, the other side's own certificate first; empty where it was not asked for, or not trusted.
    package let certificates: [String]
}
