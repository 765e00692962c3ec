import CLinux
import Dispatch
import Glibc
import Synchronization

/// Tells when job files, or the files of variables that they name, may say something else than before.
///
/// While nothing changes it has no timer and no thread. Files on a network are changed without the kernel's knowledge: nothing tells then.
package final class JobFileWatch: Sendable {
    private struct State {
        var folders: WatchedFolders
        var settling = Settling()
        /// Fires when the files are quiet; nil while they are.
        var timer: (any DispatchSourceTimer)?
    }

    /// One element for each burst of changes; several that nobody took fall together into one.
    package let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let queue = DispatchQueue(label: "acore-sched.job-files")
    private let state: Mutex<State>
    // Sources of libdispatch may be used from any thread; the protocol does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceRead

    /// - Parameter directory: of the job files; it need not be there.
    /// - Throws: when the kernel has no watch to give.
    package init(directory: String) throws(FileRefusal) {
        let folders = try WatchedFolders(jobs: directory)
        source = DispatchSource.makeReadSource(fileDescriptor: folders.descriptor, queue: queue)
        state = Mutex(State(folders: folders))
        (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        source.setEventHandler { [weak self] in self?.take() }
        source.activate()
    }

    deinit {
        source.cancel()
        continuation.finish()
    }

    /// Why some folder is not watched; nil when all are.
    package var trouble: FileRefusal? { state.withLock { $0.folders.trouble } }

    /// Watches what leads to the job files now, and these files of variables, no others; nil leaves those as they are.
    /// - Returns: whether there is something among it that was not watched before: it may have changed since it was read.
    package func follow(_ files: Set<String>?) -> Bool { state.withLock { $0.folders.follow(files) } }

    private func take() {
        state.withLock { state in
            guard state.folders.takeEvents() else { return }
            let wait = state.settling.changed(at: Self.now)
            let timer = state.timer ?? makeTimer()
            timer.schedule(deadline: .now() + .milliseconds(Int(wait / .milliseconds(1))), leeway: .milliseconds(10))
            if state.timer == nil { timer.activate() }
            state.timer = timer
        }
    }

    private func makeTimer() -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { [weak self] in self?.tell() }
        return timer
    }

    private func tell() {
        state.withLock { state in
            state.timer?.cancel()
            state.timer = nil
            state.settling.looked()
        }
        continuation.yield()
    }

    private static var now: Duration { .nanoseconds(Int64(DispatchTime.now().uptimeNanoseconds)) }
}
