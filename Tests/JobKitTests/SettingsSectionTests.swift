import FoundationEssentials
import JobKit
import Testing

/// Settings with one of each kind of line.
private struct Sample: JobSettings {
    enum Word: String, CaseIterable { case red, green }

    var flag: Bool
    var count: Int
    var limit: Int?
    var name: String
    var word: Word
    var words: [Word]
    var pause: Duration
    var size: ByteCount
    var share: Int?
    var texts: [String]
    var codes: [Int]
    var pairs: [String]
    var inner: Int?
    var named: [String]

    init(from section: inout SettingsSection) {
        flag = section.flag("flag", default: true, help: "A flag.")
        count = section.integer("count", in: 1...10, default: 5, help: "A number.")
        limit = section.optionalInteger("limit", in: 0...3, help: "A limit.")
        name = section.requiredText("name", form: .name, help: "A name.")
        word = section.choice("word", default: .red, help: "A word.")
        words = section.choiceList("words", default: [.green], help: "Words.")
        pause = section.duration("pause", in: .seconds(1)...(.seconds(60)), default: .seconds(5), help: "A pause.")
        size = section.bytes("size", in: ByteCount(1)...ByteCount(4096), default: ByteCount(1024), help: "A size.")
        share = section.optionalPercent("share", in: 1...100, help: "A share.")
        texts = section.textList("texts", orSingle: true, default: ["x"], help: "Texts.")
        codes = section.integerList("codes", in: 0...255, default: [0], help: "Codes.")
        pairs = section.textMap("pairs", help: "Pairs.").map { "\($0.name)=\($0.value)" }
        inner = section.section("inner", help: "Inside.") { $0.integer("deep", in: 0...9, default: 7, help: "Deep.") }
        named = section.sectionMap("named", help: "Named.") { "\($0)=\($1.integer("deep", in: 0...9, default: 7, help: "Deep."))" }
    }
}

/// A mapping as a test writes it.
private func mapping(_ entries: [(String, ConfigNode.Value)]) -> ConfigNode {
    ConfigNode(.mapping(entries.map { ConfigNode.Entry(key: $0.0, value: ConfigNode($0.1)) }))
}

@Suite struct SettingsSectionTests {
    private let name = ("name", ConfigNode.Value.text("n"))

    @Test func whatIsLeftOutHasItsStandardValue() throws {
        let (settings, findings) = Sample.read(from: mapping([name]), at: [])
        #expect(findings.isEmpty)
        let sample = try #require(settings)
        #expect(sample.flag && sample.count == 5 && sample.limit == nil && sample.word == .red && sample.words == [.green])
        #expect(sample.pause == .seconds(5) && sample.size == ByteCount(1024) && sample.share == nil && sample.texts == ["x"])
        #expect(sample.codes == [0] && sample.pairs.isEmpty && sample.inner == nil && sample.named.isEmpty)
    }

    @Test func whatIsWrittenIsRead() throws {
        let written = mapping([
            name, ("flag", .flag(false)), ("count", .integer(1)), ("limit", .integer(3)), ("word", .text("green")), ("words", .text("red")),
            ("pause", .text("1m")), ("size", .text("2K")), ("share", .text("80%")), ("texts", .text("one")), ("codes", .integer(7)),
            ("pairs", mapping([("a", .integer(1))]).value), ("inner", mapping([]).value),
            ("named", mapping([("b", mapping([("deep", .integer(1))]).value), ("a", mapping([]).value)]).value),
        ])
        let (settings, findings) = Sample.read(from: written, at: [])
        #expect(findings.isEmpty)
        let sample = try #require(settings)
        #expect(!sample.flag && sample.count == 1 && sample.limit == 3 && sample.word == .green && sample.words == [.red])
        #expect(sample.pause == .seconds(60) && sample.size == ByteCount(2048) && sample.share == 80 && sample.texts == ["one"])
        #expect(sample.codes == [7] && sample.pairs == ["a=1"] && sample.inner == 7)
        #expect(sample.named == ["b=1", "a=7"])
    }

    @Test(
        "refused",
        arguments: [
            (
                "count", ConfigNode.Value.integer(11), "with.count must be a whole number from 1 to 10, not 11",
                "write a whole number from 1 to 10; leave the line out for the default 5"
            ),
            (
                "count", .text("many"), "with.count must be a whole number from 1 to 10, not many",
                "write a whole number from 1 to 10; leave the line out for the default 5"
            ),
            (
                "flag", .text("ture"), "with.flag must be true or false, not ture",
                "write true or false, without quotes; leave the line out for the default true"
            ),
            ("word", .text("gren"), "with.word must be one of red, green, not gren", "did you mean green?"),
            (
                "word", .integer(1), "with.word must be one of red, green, not 1",
                "write one of red, green; leave the line out for the default red"
            ),
            (
                "pause", .integer(5), "with.pause must be a duration from 1s to 1m, not 5",
                "write the unit too: 5s for seconds, 5m for minutes; leave the line out for the default 5s"
            ),
            (
                "pause", .text("2m"), "with.pause must be a duration from 1s to 1m, not 2m",
                "write a duration from 1s to 1m; leave the line out for the default 5s"
            ),
            (
                "size", .text("1M"), "with.size must be a size from 1 to 4K, not 1M",
                "write a number with K, M, G or T, for example 512M; leave the line out for the default 1K"
            ),
            (
                "share", .text("80"), "with.share must be a share from 1% to 100%, not 80",
                "write a whole number and the sign, for example 80%"
            ),
            ("texts", .mapping([]), "with.texts must be a list, not a mapping", "write [a, b], or one line per element beginning with -"),
            (
                "named", .text("a"), "with.named must be a mapping of names to settings, not a",
                "write name: {setting: value}, one a line, indented below it"
            ),
            (
                "named", mapping([("x", mapping([("deep", .integer(10))]).value)]).value,
                "with.named.x.deep must be a whole number from 0 to 9, not 10",
                "write a whole number from 0 to 9; leave the line out for the default 7"
            ),
            (
                "pairs", .text("a"), "with.pairs must be a mapping of names to values, not a",
                "write name: value, one a line, indented below it"
            ),
            ("coutn", .integer(1), "with has no setting named coutn", "did you mean count?"),
            (
                "zzz", .integer(1), "with has no setting named zzz",
                "the settings here are flag, count, limit, name, word, words, pause, size, share, texts, codes, pairs, inner, named"
            ),
            ("inner", .text("x"), "with.inner must be a mapping of settings, not x", "write setting: value, one a line, indented below it"),
        ])
    func refuses(_ key: String, _ value: ConfigNode.Value, _ problem: String, _ fix: String) {
        let (settings, findings) = Sample.read(from: mapping([name, (key, value)]), at: ["with"])
        #expect(settings == nil)
        #expect(findings.map(\.problem) == [problem])
        #expect(findings.map(\.fix) == [fix])
    }

    @Test func whatIsRequiredIsAskedFor() {
        let (settings, findings) = Sample.read(from: mapping([]), at: ["with"])
        #expect(settings == nil)
        #expect(findings == [Finding(.error, at: ["with"], problem: "with lacks name", fix: "add name: NAME (A name.)")])
    }

    @Test func everyFindingComesAtOnce() {
        let bad = mapping([("count", .text("x")), ("flag", .text("x")), ("zzz", .null), ("inner", mapping([("deep", .integer(99))]).value)])
        #expect(Sample.read(from: bad, at: []).findings.map(\.path) == [["flag"], ["count"], [], ["inner", "deep"], ["zzz"]])
    }

    @Test func theLinesThatReadAlsoDescribe() {
        let declarations = Sample.declarations
        #expect(declarations.count == 14)
        #expect(declarations.first { $0.name == "name" }?.required == true)
        #expect(declarations.first { $0.name == "words" }?.standard == ConfigNode(.list([ConfigNode(.text("green"))])))
        guard case .section(let inner) = declarations.first(where: { $0.name == "inner" })?.type,
            case .map(of: .section(let named)) = declarations.first(where: { $0.name == "named" })?.type
        else {
            Issue.record("inner is not a section, or named is no map of sections")
            return
        }
        #expect(inner.map(\.name) == ["deep"] && named == inner)
    }

    @Test func aWarningDoesNotRefuse() {
        var section = SettingsSection(mapping([]), at: ["with"])
        section.report(.warning, at: "a", problem: "p", fix: "f")
        #expect(section.finish() == [Finding(.warning, at: ["with", "a"], problem: "p", fix: "f")])
    }

    @Test func tooDeepIsRefused() {
        var node = ConfigNode(.integer(1))
        var type = SettingType.integer(0...1)
        for _ in 0..<40 {
            node = ConfigNode(.list([node]))
            type = .list(of: type, orSingle: false)
        }
        var section = SettingsSection(mapping([("a", node.value)]), at: [])
        #expect(section.read(SettingDeclaration(name: "a", type: type, help: "")) == nil)
        #expect(section.finish().first?.problem.hasSuffix("is nested deeper than 32 levels") == true)
    }
}

@Suite struct KindDescriptionTests {
    private var kind: KindDescription {
        get throws {
            let json = #"{"v":1,"kind":"sample","summary":"s","settings":[]}"#
            var kind = try WireCoding.decoder().decode(KindDescription.self, from: .init(json.utf8))
            kind.settings = Sample.declarations
            return kind
        }
    }

    @Test func whatIsWrittenComesBackInTheTypesDeclaredAndNothingElse() throws {
        let node = ConfigNode(
            .mapping([
                ConfigNode.Entry(key: "texts", value: ConfigNode(.list([ConfigNode(.integer(80), written: "080")]))),
                ConfigNode.Entry(key: "name", value: ConfigNode(.flag(false), written: "no")),
                ConfigNode.Entry(key: "inner", value: ConfigNode(.mapping([]))),
            ]))
        let (settings, findings) = try kind.read(node, at: ["with"])
        #expect(findings.isEmpty)
        #expect(settings == mapping([("name", .text("no")), ("texts", .list([ConfigNode(.text("080"))])), ("inner", .mapping([]))]))
    }

    @Test func itsChecksAreThoseOfTheSettingsThemselves() throws {
        let bad = mapping([("count", .text("x")), ("zzz", .null)])
        #expect(try kind.check(bad, at: ["with"]) == Sample.read(from: bad, at: ["with"]).findings)
    }
}
