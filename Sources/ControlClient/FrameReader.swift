import FoundationEssentials
import Synchronization

/// Puts the pieces of an answer together to frames, one a line.
final class FrameReader: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isError = false
        var exitStatus: Int32?
        var trouble: String?
    }

    private let state = Mutex(State())
    private let onFrame: @Sendable (OutputFrame) -> Void

    init(_ onFrame: @escaping @Sendable (OutputFrame) -> Void) { self.onFrame = onFrame }

    /// - Parameter isError: then the body is one message, and no frames.
    func begin(isError: Bool) { state.withLock { $0.isError = isError } }

    func take(_ piece: [UInt8]) {
        let frames = state.withLock { state -> [OutputFrame] in
            state.bytes += piece
            guard !state.isError else { return [] }
            var frames: [OutputFrame] = []
            while let end = state.bytes.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(state.bytes[..<end])
                state.bytes.removeSubrange(...end)
                do {
                    let frame = try ControlCoding.decoder().decode(OutputFrame.self, from: line)
                    if case .exit(let status) = frame { state.exitStatus = status }
                    frames.append(frame)
                } catch {
                    state.trouble = state.trouble ?? "\(error)"
                }
            }
            return frames
        }
        frames.forEach(onFrame)
    }

    var rest: [UInt8] { state.withLock { $0.bytes } }

    /// What is wrong with the first line that is no frame: it comes from a daemon of another release.
    var trouble: String? { state.withLock { $0.trouble } }

    var exitStatus: Int32? { state.withLock { $0.exitStatus } }
}
