import FileTree
import Testing

/// How paths are printed, and read back.
@Suite struct PathBytesTests {
    @Test(arguments: [
        ("a/b", "a/b"), ("ü", "ü"), ("a\nb", #"a\x0ab"#), ("\u{7f}", #"\x7f"#), ("\u{9b}31m", #"\xc2\x9b31m"#),
        ("a\u{1b}[0m", #"a\x1b[0m"#),
    ])
    func noControlCharacterIsPrinted(text: String, printed: String) {
        #expect(PathBytes(text).description == printed)
    }

    @Test func whatIsPrintedMayBeWritten() {
        let odd = PathBytes([0x61, 0xff, 0x62])
        #expect(odd.description == #"a\xffb"#)
        #expect(PathBytes.meanings(of: odd.description) == [PathBytes(#"a\xffb"#), odd])
        #expect(PathBytes.meanings(of: #"\x5cx41"#) == [PathBytes(#"\x5cx41"#), PathBytes(#"\x41"#)])
        for plain in ["a", #"a\x"#, #"a\x0"#, #"a\xzz"#, #"\x00"#, #"\y41"#, ""] {
            #expect(PathBytes.meanings(of: plain) == [PathBytes(plain)])
        }
    }
}
