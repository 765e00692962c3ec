import Glibc
import Processes
import Testing

@Suite struct OwnThreadTests {
    @Test func theWorkIsDoneOnAnotherThread() async {
        let here = pthread_self()
        let isElsewhere = await withCheckedContinuation { continuation in
            let isStarted = OwnThread.start { continuation.resume(returning: pthread_equal(pthread_self(), here) == 0) }
            if !isStarted { continuation.resume(returning: false) }
        }
        #expect(isElsewhere)
    }
}
