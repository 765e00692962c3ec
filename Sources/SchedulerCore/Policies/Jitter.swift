/// The offset by which a job's slots start later on this host: stable for (host, job), spread evenly over the span.
package enum Jitter {
    /// - Returns: an offset from zero up to, not including, `span`, in whole milliseconds.
    package static func offset(host: String, job: String, span: Duration) -> Duration {
        let (seconds, attoseconds) = span.components
        let milliseconds = UInt64(max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
        guard milliseconds > 0 else { return .zero }
        return .milliseconds(Int64(StableHash.of("\(host)\u{0}\(job)") % milliseconds))
    }
}
