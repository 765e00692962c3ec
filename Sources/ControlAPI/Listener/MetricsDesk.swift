import NIOCore

/// Writes metrics for whoever asks: one writing at a time in each format, which all get who came during it.
actor MetricsDesk {
    private let observed: any Observed
    /// Much has to be written of many jobs; the threads that the scheduler works on are left alone.
    private let thread = SpareThread("metrics")
    private var underWay: [MetricsFormat: Task<ByteBuffer, Never>] = [:]

    init(_ observed: any Observed) { self.observed = observed }

    func page(as format: MetricsFormat) async -> ByteBuffer {
        if let writing = underWay[format] { return await writing.value }
        let observed = observed
        // Owned by this actor: others wait for it, too, so that it does not end with whoever asked first.
        let writing = Task(executorPreference: thread) { ByteBuffer(bytes: MetricsText.bytes(of: await observed.metrics(), as: format)) }
        underWay[format] = writing
        let page = await writing.value
        underWay[format] = nil
        return page
    }
}
