import FileTree
import Testing

@Suite struct ExcludeRulesTests {
    struct Row: Sendable {
        let patterns: [String]
        let path: String
        var isFolder = false
        let excluded: Bool
    }

    @Test(
        "a pattern decides as gitignore's would",
        arguments: [
            Row(patterns: [], path: "a", excluded: false),
            Row(patterns: ["*.tmp"], path: "a.tmp", excluded: true),
            Row(patterns: ["*.tmp"], path: "deep/down/a.tmp", excluded: true),
            Row(patterns: ["*.tmp"], path: "a.tmp.keep", excluded: false),
            Row(patterns: ["*.tmp"], path: ".tmp", excluded: true),
            Row(patterns: ["/a"], path: "a", excluded: true),
            Row(patterns: ["/a"], path: "b/a", excluded: false),
            Row(patterns: ["a/b"], path: "a/b", excluded: true),
            Row(patterns: ["a/b"], path: "x/a/b", excluded: false),
            Row(patterns: ["**/a/b"], path: "x/y/a/b", excluded: true),
            Row(patterns: ["**/a/b"], path: "a/b", excluded: true),
            Row(patterns: ["**/b"], path: "ab", excluded: false),
            Row(patterns: ["a/**/z"], path: "a/z", excluded: true),
            Row(patterns: ["a/**/z"], path: "a/b/c/z", excluded: true),
            Row(patterns: ["a/**/z"], path: "a/bz", excluded: false),
            Row(patterns: ["a/**"], path: "a/b/c", excluded: true),
            Row(patterns: ["a/**"], path: "a", isFolder: true, excluded: false),
            Row(patterns: ["a/*"], path: "a/b", excluded: true),
            Row(patterns: ["a/*"], path: "a/b/c", excluded: false),
            Row(patterns: ["cache/"], path: "cache", isFolder: true, excluded: true),
            Row(patterns: ["cache/"], path: "cache", excluded: false),
            Row(patterns: ["cache/"], path: "x/cache", isFolder: true, excluded: true),
            Row(patterns: ["a?c"], path: "abc", excluded: true),
            Row(patterns: ["a?c"], path: "ac", excluded: false),
            Row(patterns: ["x/a?c"], path: "x/a/c", excluded: false),
            Row(patterns: ["[a-c]x"], path: "bx", excluded: true),
            Row(patterns: ["[a-c]x"], path: "dx", excluded: false),
            Row(patterns: ["[!a-c]x"], path: "dx", excluded: true),
            Row(patterns: ["[^a-c]x"], path: "bx", excluded: false),
            Row(patterns: ["[]-]x"], path: "]x", excluded: true),
            Row(patterns: ["[]-]x"], path: "-x", excluded: true),
            Row(patterns: ["x/[!a]b"], path: "x//b", excluded: false),
            Row(patterns: ["[a"], path: "[a", excluded: true),
            Row(patterns: ["\\*"], path: "*", excluded: true),
            Row(patterns: ["\\*"], path: "a", excluded: false),
            Row(patterns: ["\\!a"], path: "!a", excluded: true),
            Row(patterns: ["*.log", "!keep.log"], path: "keep.log", excluded: false),
            Row(patterns: ["!keep.log", "*.log"], path: "keep.log", excluded: true),
            Row(patterns: ["*", "!*.db"], path: "bot.db", excluded: false),
            Row(patterns: ["*", "!*.db"], path: "bot.txt", excluded: true),
            Row(patterns: ["#a"], path: "#a", excluded: true),
            Row(patterns: ["ü"], path: "u\u{308}", excluded: false),
            Row(patterns: ["u\u{308}"], path: "ü", excluded: false),
            Row(patterns: ["????"], path: "üü", excluded: true),
            Row(patterns: ["a*b*c*d*e*f*g*h*i*j*k"], path: String(repeating: "abcdefghij", count: 100), excluded: false),
        ])
    func decides(_ row: Row) throws {
        let rules = try ExcludeRules(row.patterns)
        #expect(rules.exclude(PathBytes(row.path), isFolder: row.isFolder) == row.excluded)
    }

    @Test func aNameThatIsNotUTF8IsMatchedByItsBytes() throws {
        let rules = try ExcludeRules(["?.bin"])
        #expect(rules.exclude(PathBytes([0xff] + Array(".bin".utf8)), isFolder: false))
    }

    struct Refusal: Sendable {
        let patterns: [String]
        let text: String
    }

    @Test(
        "a list that cannot be meant is refused",
        arguments: [
            Refusal(patterns: ["a", ""], text: "pattern 2 names nothing; write a name such as *.tmp, or take the line out"),
            Refusal(patterns: ["/"], text: "pattern 1 names nothing; write a name such as *.tmp, or take the line out"),
            Refusal(patterns: ["!"], text: "pattern 1 names nothing; write a name such as *.tmp, or take the line out"),
            Refusal(
                patterns: [String(repeating: "a", count: ExcludeRules.maximumLength + 1)],
                text: "pattern 1 is longer than 4096 bytes; shorten it with * or **"),
            Refusal(
                patterns: [String](repeating: "a", count: ExcludeRules.maximumCount + 1),
                text: "1001 patterns are too many, the most is 1000; join them with * and [...]"),
        ])
    func refuses(_ row: Refusal) {
        #expect {
            try ExcludeRules(row.patterns)
        } throws: {
            "\($0)" == row.text
        }
    }
}
