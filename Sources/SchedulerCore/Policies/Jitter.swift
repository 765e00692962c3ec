/// The offset by which a job's slots start later on this host: stable for (host, job), spread evenly over the span.
package enum Jitter {
    /// - Returns: an offset from zero up to, not including, `span`, in whole milliseconds.
    package static func offset(host: String, job: String, span: Duration) -> Duration {
        let (seconds, attoseconds) = span.components
        let milliseconds = UInt64(max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
        guard milliseconds > 0 else { return .zero }
        return .milliseconds(Int64(hash("\(host)\u{0}\(job)") % milliseconds))
    }

    /// FNV-1a, 64 bits, with the finisher of MurmurHash3: the same on every machine and in every release, unlike `Hasher`.
    private static func hash(_ text: String) -> UInt64 {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        value = (value ^ (value >> 33)) &* 0xff51_afd7_ed55_8ccd
        value = (value ^ (value >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return value ^ (value >> 33)
    }
}
