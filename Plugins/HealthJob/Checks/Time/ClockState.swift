import CLinux
import Glibc

/// What the kernel says of its clock: adjtimex(2).
struct ClockState: Sendable, Hashable {
    /// TIME_OK and so on; TIME_ERROR is 5.
    let state: Int32
    /// STA_ bits.
    let status: Int32
    let maximumErrorMicroseconds: Int64
    let estimatedErrorMicroseconds: Int64
    let offsetMicroseconds: Int64

    static let unsynchronised: Int32 = 0x0040
    private static let nanoseconds: Int32 = 0x2000

    init(state: Int32, status: Int32, maximumError: Int64, estimatedError: Int64, offset: Int64) {
        self.state = state
        self.status = status
        maximumErrorMicroseconds = maximumError
        estimatedErrorMicroseconds = estimatedError
        offsetMicroseconds = status & Self.nanoseconds != 0 ? offset / 1000 : offset
    }

    /// Asks the kernel and sets nothing.
    static func ask() throws(ReadError) -> ClockState {
        var clock = linux_clock()
        let state = linux_clock_state(&clock)
        guard state >= 0 else { throw ReadError(path: "adjtimex", code: errno) }
        return ClockState(
            state: state, status: clock.status, maximumError: clock.maximum_error, estimatedError: clock.estimated_error,
            offset: clock.offset)
    }

    var isSynchronised: Bool { status & Self.unsynchronised == 0 && state != 5 }
}
