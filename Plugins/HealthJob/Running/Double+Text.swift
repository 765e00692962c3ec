extension Double {
    /// With so many digits behind the point at the most, and no zeros at its end: `90`, `92.5`.
    func text(places: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "\(self)" }
        var (scale, places) = (1.0, places)
        for _ in 0..<places { scale *= 10 }
        // A number has some sixteen digits: those behind them say nothing, and what is beyond Int64 would end the process.
        while places > 0, magnitude * scale >= 9e15 { (scale, places) = (scale / 10, places - 1) }
        let scaled = Int64((magnitude * scale).rounded())
        let whole = scaled / Int64(scale)
        var digits = String(scaled % Int64(scale))
        digits = String(repeating: "0", count: max(0, places - digits.count)) + digits
        while digits.last == "0" { digits.removeLast() }
        let sign = self < 0 && scaled != 0 ? "-" : ""
        return digits.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(digits)"
    }

    /// As people read it.
    var shortText: String { text(places: 2) }
}
