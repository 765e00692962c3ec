import CronSchedule
import Glibc

/// Measures CronSchedule on the cases in a file; prints `KIND<tab>ZONE<tab>CASE<tab>NANOSECONDS<tab>MOMENTS`.
@main
struct CronBenchmark {
    static let start = Instant(seconds: 1_767_225_600)
    static let chainLength = 1_000
    static let minimumNanoseconds: UInt64 = 20_000_000

    static func main() throws {
        let cases = try readLines(CommandLine.arguments[1])
        for (number, expression) in cases.enumerated() {
            print("parse\t-\t\(number)\t\(try measure { try CronSchedule(expression).kind == .reboot ? 0 : 1 })\t")
            for name in ["UTC", "Europe/Berlin"] {
                let zone = try SystemTimeZone.named(name)
                let schedule = try CronSchedule(expression)
                let chain = try measure { try walk(schedule, zone, &record) }
                print("chain\t\(name)\t\(number)\t\(chain)\t\(record.map { "\($0)" }.joined(separator: ","))")
                let spread = try measure { try jump(schedule, zone, &record) }
                print("spread\t\(name)\t\(number)\t\(spread)\t\(record.map { "\($0)" }.joined(separator: ","))")
            }
        }
    }

    nonisolated(unsafe) static var record: [Int64] = []

    /// Each moment is searched from the one before.
    static func walk(_ schedule: CronSchedule, _ zone: any TimeZoneRules, _ record: inout [Int64]) throws -> UInt64 {
        record.removeAll(keepingCapacity: true)
        var moment = start
        for _ in 0..<chainLength {
            guard let next = try schedule.next(after: moment, in: zone) else { break }
            record.append(next.seconds)
            moment = next
        }
        return UInt64(record.count)
    }

    /// Moments are searched from points spread over five years.
    static func jump(_ schedule: CronSchedule, _ zone: any TimeZoneRules, _ record: inout [Int64]) throws -> UInt64 {
        record.removeAll(keepingCapacity: true)
        for step in 0..<chainLength {
            let from = Instant(seconds: start.seconds + Int64(step) * 157_679)
            guard let next = try schedule.next(after: from, in: zone) else { break }
            record.append(next.seconds)
        }
        return UInt64(record.count)
    }

    /// Nanoseconds for one operation, measured over at least 20 ms; `body` returns how many it did.
    static func measure(_ body: () throws -> UInt64) rethrows -> Double {
        var rounds = 1
        while true {
            let begin = now()
            var sum: UInt64 = 0
            for _ in 0..<rounds { sum &+= try body() }
            let elapsed = now() - begin
            if elapsed >= minimumNanoseconds && sum > 0 { return Double(elapsed) / Double(sum) }
            rounds *= elapsed * 4 < minimumNanoseconds ? 4 : 2
        }
    }

    /// Processor time, so that other load on the machine counts little.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    static func readLines(_ path: String) throws -> [String] {
        guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
        defer { fclose(file) }
        var lines: [String] = []
        var buffer = [CChar](repeating: 0, count: 512)
        while fgets(&buffer, 512, file) != nil {
            lines.append(String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return lines
    }

    struct Unreadable: Error { let path: String }
}
