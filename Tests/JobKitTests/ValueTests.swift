import JobKit
import Testing

@Suite struct ValueTests {
    @Test(
        "sizes",
        arguments: [
            ("0", 0), ("4096", 4096), ("1K", 1024), ("2G", 2 << 30), ("1.5GiB", 3 << 29), ("512M", 512 << 20), ("1T", 1 << 40),
            ("1KiB", 1024),
        ])
    func size(_ text: String, _ bytes: Int64) {
        #expect(ByteCount(text: text)?.bytes == bytes)
        #expect(ByteCount(text: ByteCount(bytes).settingText)?.bytes == bytes)
    }

    @Test("no sizes", arguments: ["", "K", "-1", "1KB", "1k", "1iB", "1 K", "1..5K", "9999999T", "٣", "1e3", "0x10", ".", "nan"])
    func noSize(_ text: String) { #expect(ByteCount(text: text) == nil) }

    @Test(
        "sizes for people",
        arguments: [(17, "17 B"), (1024, "1.0 KiB"), (1_536, "1.5 KiB"), (12_897_484, "12.3 MiB"), (5 << 40, "5.0 TiB")])
    func shown(_ bytes: Int64, _ text: String) { #expect(ByteCount(bytes).description == text) }

    @Test(
        "durations",
        arguments: [
            ("0s", 0), ("90s", 90_000), ("1h30m", 5_400_000), ("500ms", 500), ("2d", 172_800_000), ("1w", 604_800_000),
            ("1d1ms", 86_400_001),
        ])
    func duration(_ text: String, _ milliseconds: Int64) {
        #expect(Duration(settingText: text) == .milliseconds(milliseconds))
        #expect(Duration(settingText: Duration.milliseconds(milliseconds).settingText) == .milliseconds(milliseconds))
    }

    @Test("no durations", arguments: ["", "5", "s", "1.5h", "-1s", "1m1h", "1s1s", "1 s", "1S", "1y", "9999999999999w", "1h30", "36526d"])
    func noDuration(_ text: String) { #expect(Duration(settingText: text) == nil) }

    @Test(
        "near words",
        arguments: [
            ("limts", "limits"), ("LIMITS", "limits"), ("imits", "limits"), ("lmiits", "limits"), ("retyr", "retry"), ("xyz", nil),
            ("", nil),
            ("zone", nil), ("timezoen", "timezone"),
        ])
    func near(_ word: String, _ expected: String?) {
        #expect(Suggestion.nearest(to: word, among: ["limits", "retry", "timezone"]) == expected)
    }

    @Test(
        "forms of text",
        arguments: [
            (SettingType.TextForm.name, "a.b-c_1", true), (.name, ".a", false), (.name, "-a", false), (.name, "a b", false),
            (.name, "ä", false),
            (.name, String(repeating: "x", count: 64), true), (.name, String(repeating: "x", count: 65), false), (.variable, "A_1", true),
            (.variable, "1A", false), (.absolutePath, "/a/b", true), (.absolutePath, "a", false), (.absolutePath, "/a/../b", false),
            (.line, "", false),
            (.line, "a\nb", false), (.any, "", true), (.webAddress, "https://a", true), (.webAddress, "ftp://a", false),
        ])
    func form(_ form: SettingType.TextForm, _ text: String, _ fits: Bool) { #expect((form.complaint(about: text) == nil) == fits) }

    @Test func aPathOfKeysReadsAsPeopleWriteIt() {
        #expect(Finding.name(of: ["with", "sources", "0", "path"]) == "with.sources[0].path")
        #expect(Finding.name(of: []) == "the file")
    }

    @Test func aSecretShowsItselfToNobody() {
        let secret = Secret("hunter2")
        #expect("\(secret) \(String(reflecting: secret)) \(String(describing: [secret]))" == "*** *** [***]")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2") && secret.exposedValue == "hunter2")
    }
}
