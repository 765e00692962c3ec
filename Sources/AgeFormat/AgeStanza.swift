/// A part of a header: words, the first of which says for which kind of key it is, and bytes for whoever has that key.
package struct AgeStanza: Hashable, Sendable {
    /// Words of visible ASCII; at least one.
    package let arguments: [[UInt8]]
    /// Any bytes.
    package let body: [UInt8]

    package init(arguments: [[UInt8]], body: [UInt8]) {
        self.arguments = arguments
        self.body = body
    }

    /// Characters of a line of the body; a shorter one, and be it empty, ends it.
    static let lineLength = 64

    /// As it stands in a header.
    var text: [UInt8] {
        var text = Array("->".utf8)
        for argument in arguments { text += [UInt8(ascii: " ")] + argument }
        text.append(UInt8(ascii: "\n"))
        var rest = Base64.encode(body)[...]
        while rest.count >= Self.lineLength {
            text += rest.prefix(Self.lineLength) + [UInt8(ascii: "\n")]
            rest = rest.dropFirst(Self.lineLength)
        }
        return text + rest + [UInt8(ascii: "\n")]
    }
}
