import Synchronization
import Testing

@testable import ControlClient

/// Answers that come in pieces.
@Suite struct FrameReaderTests {
    /// What the reader makes of bytes that come in two pieces.
    private func frames(_ bytes: [UInt8], cutAt place: Int, isError: Bool = false) -> (frames: [OutputFrame], reader: FrameReader) {
        let seen = Mutex<[OutputFrame]>([])
        let reader = FrameReader { frame in seen.withLock { $0.append(frame) } }
        reader.begin(isError: isError)
        reader.take(Array(bytes[..<place]))
        reader.take(Array(bytes[place...]))
        return (seen.withLock { $0 }, reader)
    }

    @Test func aCutAnywhereChangesNothing() {
        let text = "{\"out\":\"grüße\\n\"}\n{\"err\":\"hm\"}\n{\"of\":\"a later release\"}\n{\"exit\":3}\n"
        let bytes = Array(text.utf8)
        for place in bytes.indices {
            let (frames, reader) = frames(bytes, cutAt: place)
            #expect(frames == [.output("grüße\n"), .error("hm"), .exit(3)])
            #expect(reader.exitStatus == 3)
            #expect(reader.trouble != nil)
        }
    }

    @Test func anAnswerThatBreaksOffHasNoStatus() {
        let bytes = Array("{\"out\":\"a\"}\n{\"exit\":0".utf8)
        let (frames, reader) = frames(bytes, cutAt: 5)
        #expect(frames == [.output("a")])
        #expect(reader.exitStatus == nil)
        #expect(reader.trouble == nil)
    }

    @Test func aRefusalIsKeptWhole() {
        let bytes = Array("{\"problem\":\"no\"}\n".utf8)
        let (frames, reader) = frames(bytes, cutAt: 3, isError: true)
        #expect(frames.isEmpty)
        #expect(reader.rest == bytes)
    }
}
