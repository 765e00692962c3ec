extension Duration {
    /// In seconds.
    var inSeconds: Double {
        // Whole seconds come out exactly, which a division of the attoseconds does not promise.
        let (seconds, rest) = components
        return Double(seconds) + Double(rest) / 1e18
    }

    /// In nanoseconds, without what is left of one.
    var wholeNanoseconds: Int64 {
        let (seconds, rest) = components
        let (product, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLarge ? .max : product + rest / 1_000_000_000
    }
}
