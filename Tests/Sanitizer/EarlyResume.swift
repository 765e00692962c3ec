import Dispatch
import Glibc

/// Continuations that another thread resumes before their task awaits them. Nothing in it is a race.
@main
enum EarlyResume {
    static func main() async {
        var total = 0
        for number in 0..<20 { total += await resumedEarly(number) }
        print(total)
    }

    /// Returns the number, from an array that another thread made, with a suspension that never has to happen.
    @inline(never)
    private static func resumedEarly(_ number: Int) async -> Int {
        // A folder tells that it is resumed: whatever the sanitizer knows to order threads would satisfy it for the wrong reason.
        let sign = "/tmp/early-resume-\(getpid())-\(number)"
        let made: [Int] = await withUnsafeContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: [number])
                mkdir(sign, 0o700)
            }
            while access(sign, F_OK) != 0 { sched_yield() }
        }
        rmdir(sign)
        return made[0]
    }
}
