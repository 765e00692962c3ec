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
        let made: [Int] = await withUnsafeContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: [number]) }
            // Nothing else may order the two threads, or the sanitizer is satisfied for the wrong reason.
            usleep(3000)
        }
        return made[0]
    }
}
