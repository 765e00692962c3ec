import AgeFormat
import Testing

/// Reading from the middle, and what was changed or cut.
@Suite struct AgeReaderTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func everyPlaceIsReadWithoutWhatLiesBeforeIt() throws {
        let (identity, content) = (try scratch.key(), Whole.content(400_000))
        let file = try Whole.encrypt(content, for: [identity.recipient])
        var sources: [Int64] = []
        let reader = try AgeReader<AgeError>(size: Int64(file.count), identities: [identity], failure: { $0 }) {
            buffer, offset throws(AgeError) in
            sources.append(offset)
            buffer.copyBytes(from: file[Int(offset)...].prefix(buffer.count))
            return min(buffer.count, file.count - Int(offset))
        }
        #expect(reader.contentSize == 400_000)
        for (offset, count) in [
            (0, 1), (399_999, 1), (65_535, 2), (131_072, 65_536), (200_000, 150_000), (3, 7), (399_990, 100), (400_000, 5),
        ] {
            let wanted = Array(content[offset...].prefix(count))
            #expect(try Whole.read(count, at: Int64(offset), by: reader) == wanted, "\(count) bytes at \(offset)")
        }
        sources = []
        _ = try Whole.read(10, at: 300_000, by: reader)
        #expect(sources.count == 1 && sources[0] > 250_000, "\(sources)")
    }

    @Test func aChangedBitOfAHeaderIsRefusedWhereverItIs() throws {
        let (identity, other) = (try scratch.key(), try scratch.key("other"))
        let file = try Whole.encrypt([1, 2, 3], for: [identity.recipient, other.recipient])
        let size = try AgeHeader(reading: file).size
        for place in 0..<size + 16 {
            for bit in [0, 3, 7] {
                var changed = file
                changed[place] ^= 1 << UInt8(bit)
                #expect(throws: AgeError.self, "byte \(place), bit \(bit)") { try Whole.decrypt(changed, [identity]) }
            }
        }
    }

    @Test func aChangedBitOfContentIsRefusedAndItsPlaceIsSaid() throws {
        let identity = try scratch.key()
        let file = try Whole.encrypt(Whole.content(150_000), for: [identity.recipient])
        let start = try AgeHeader(reading: file).size + 16
        for chunk in 0..<3 {
            let begin = start + chunk * 65_552
            let end = min(begin + 65_552, file.count)
            for place in [begin, begin + 1, (begin + end) / 2, end - 17, end - 16, end - 1] {
                var changed = file
                changed[place] ^= 16
                let error = #expect(throws: AgeError.self, "byte \(place)") { try Whole.decrypt(changed, [identity]) }
                guard case .damaged(Int64(begin), _) = try #require(error) else {
                    Issue.record("\(String(describing: error)) does not name \(begin)")
                    continue
                }
                // The other chunks are as good as before.
                if chunk < 2 {
                    let reader = try Whole.reader(changed, [identity])
                    #expect(try Whole.read(9, at: Int64(65_536 * (1 - chunk)), by: reader).count == 9)
                }
            }
        }
    }

    @Test("a file that is cut is refused when it is opened", arguments: [0, 1, 65_536, 131_072, 150_000])
    func isCut(size: Int) throws {
        let identity = try scratch.key()
        let file = try Whole.encrypt(Whole.content(size), for: [identity.recipient])
        let start = try AgeHeader(reading: file).size + 16
        var lengths = Set(0..<start + 20)
        for chunk in 0...3 { for near in -18...18 { lengths.insert(start + chunk * 65_552 + near) } }
        for near in 1...40 { lengths.insert(file.count - near) }
        for length in lengths where (0..<file.count).contains(length) {
            #expect(throws: AgeError.self, "\(length) of \(file.count) bytes") { try Whole.reader(Array(file[..<length]), [identity]) }
        }
    }
}
