package import ControlClient

/// An answer that comes piece by piece.
package struct ControlAnswer: Sendable {
    /// Ends with an exit status.
    package let frames: AsyncStream<OutputFrame>
    /// Ends it early: whoever asked has gone.
    package let stop: @Sendable () -> Void

    package init(frames: AsyncStream<OutputFrame>, stop: @escaping @Sendable () -> Void = {}) {
        self.frames = frames
        self.stop = stop
    }
}
