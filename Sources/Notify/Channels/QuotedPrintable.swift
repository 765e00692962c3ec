/// Text of a message in the encoding of RFC 2045 section 6.7: ASCII, lines up to 76, and readable as it lies on the disk.
enum QuotedPrintable {
    private static let widest = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// - Parameter text: lines ended by line feeds; carriage returns are encoded as any other byte, and end nothing.
    static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            var column = 0
            for (index, byte) in zip(line.indices, line) {
                let isLast = line.index(after: index) == line.endIndex
                let piece = self.piece(byte, isLast: isLast)
                // The last one needs no room for the mark that the line goes on.
                if column + piece.count > (isLast ? widest : widest - 1) {
                    output += Array("=\r\n".utf8)
                    column = 0
                }
                output += piece
                column += piece.count
            }
            output += Array("\r\n".utf8)
        }
        return output
    }

    /// - Parameter isLast: whether it ends its line: a blank there would be lost on the way.
    private static func piece(_ byte: UInt8, isLast: Bool) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "="): break
        case 0x21...0x7e: return [byte]
        case 0x20, 0x09: if !isLast { return [byte] }
        default: break
        }
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
