import Glibc

/// Times an action many times and prints the middle, the 99th percentile and the longest time.
struct Measurement {
    /// - Parameter before: is not counted.
    @discardableResult
    init(_ name: String, times: Int, before: () throws -> Void = {}, _ action: () throws -> Void) throws {
        var durations: [Duration] = []
        for _ in 0..<times {
            try before()
            durations.append(try ContinuousClock().measure(action))
        }
        Self.report(name, durations)
    }

    static func report(_ name: String, _ durations: [Duration]) {
        let sorted = durations.sorted()
        guard let longest = sorted.last else { return }
        let middle = sorted[sorted.count / 2]
        let late = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        let verdict = longest < .milliseconds(100) ? "" : "  ABOVE 100 ms"
        say("\(name): p50 \(middle.text), p99 \(late.text), longest \(longest.text)\(verdict)")
    }
}

/// Prints a line at once, also into a file.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

extension Duration {
    /// Milliseconds with two decimals.
    var text: String {
        let hundredths = (components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 + 5) / 10
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) ms"
    }
}
