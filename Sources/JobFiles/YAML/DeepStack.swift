import Glibc

/// Runs what recurses deeply on a thread with room for it.
enum DeepStack {
    /// Room in bytes; only what is touched costs memory. ``NestingEstimate/deepest`` levels need a fraction of it.
    private static let size = 256 << 20

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// Runs `body` to its end on another thread.
    /// - Returns: what `body` returns; nil when the machine gives no further thread.
    static func run<Value>(_ body: @escaping () -> Value) -> Value? {
        var value: Value?
        withoutActuallyEscaping({ value = body() }) { escaping in
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            defer { pthread_attr_destroy(&attributes) }
            pthread_attr_setstacksize(&attributes, size)
            let work = Unmanaged.passRetained(Work(escaping))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, &attributes,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                    return nil
                }, work.toOpaque())
            guard status == 0 else { return work.release() }
            pthread_join(thread, nil)
        }
        return value
    }
}
