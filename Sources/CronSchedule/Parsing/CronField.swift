/// The fields of an expression.
enum CronField: UInt8, Sendable, CaseIterable {
    case second, minute, hour, dayOfMonth, month, dayOfWeek, year

    /// The name in messages, and the word that goes into the hash of `H`.
    var name: String {
        switch self {
        case .second: "second"
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day-of-month"
        case .month: "month"
        case .dayOfWeek: "day-of-week"
        case .year: "year"
        }
    }

    /// The smallest value.
    var lowest: Int {
        switch self {
        case .second, .minute, .hour, .dayOfWeek: 0
        case .dayOfMonth, .month: 1
        case .year: Timetable.firstYear
        }
    }

    /// The largest value that `*` covers.
    var highest: Int {
        switch self {
        case .second, .minute: 59
        case .hour: 23
        case .dayOfMonth: 31
        case .month: 12
        case .dayOfWeek: 6
        case .year: Timetable.lastYear
        }
    }

    /// The largest value that may be written: 7 is Sunday too.
    var highestWritten: Int { self == .dayOfWeek ? 7 : highest }

    /// How many different values there are.
    var count: Int { highest - lowest + 1 }

    /// `0 to 59`.
    var rangeText: String { "\(lowest) to \(highestWritten)" }

    /// The three-letter names in the order of their values.
    var names: [String] {
        switch self {
        case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        case .second, .minute, .hour, .dayOfMonth, .year: []
        }
    }

    /// The value of a three-letter name in any case, or nil.
    /// - Parameter letters: the three letters in lower case, the first in the highest place.
    func value(ofName letters: UInt32) -> Int? {
        switch self {
        case .month:
            switch letters {
            case 0x6A_616E: 1
            case 0x66_6562: 2
            case 0x6D_6172: 3
            case 0x61_7072: 4
            case 0x6D_6179: 5
            case 0x6A_756E: 6
            case 0x6A_756C: 7
            case 0x61_7567: 8
            case 0x73_6570: 9
            case 0x6F_6374: 10
            case 0x6E_6F76: 11
            case 0x64_6563: 12
            case _: nil
            }
        case .dayOfWeek:
            switch letters {
            case 0x73_756E: 0
            case 0x6D_6F6E: 1
            case 0x74_7565: 2
            case 0x77_6564: 3
            case 0x74_6875: 4
            case 0x66_7269: 5
            case 0x73_6174: 6
            case _: nil
            }
        case .second, .minute, .hour, .dayOfMonth, .year: nil
        }
    }
}
