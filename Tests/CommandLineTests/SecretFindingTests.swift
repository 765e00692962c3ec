import Testing

/// `validate`, and with it the daemon's log: neither repeats a secret that stands in the wrong place.
@Suite struct SecretFindingTests {
    @Test(arguments: [
        "uses: command\nheartbeat: {url: https://hc-ping.com/5eCr3t}\nwith: {argv: [\"true\"]}\n",
        "uses: command\nnotify: {to: https://discord.com/api/webhooks/1/5eCr3tAbcdefghijk}\nwith: {argv: [\"true\"]}\n",
        "uses: command\ntimeout: https://discord.com/api/webhooks/1/5eCr3tAbcdefghijk\nwith: {argv: [\"true\"]}\n",
        "uses: health\nwith: {external_services: {services: {web: {url: \"https://bot:5eCr3t@web.example/x\"}}}}\n",
        "uses: health\nwith: {external_services: {services: {web: {url: \"ftp://bot:5eCr3t@web.example/x\"}}}}\n",
        "uses: health\nwith: {external_services: {services: {web: {url: [\"https://bot:5eCr3t@web.example/x\"]}}}}\n",
        "uses: health\nwith: {external_services: {services: {db: {kind: redis, password: 5eCr3t, url: \"redis://127.0.0.1\"}}}}\n",
    ])
    func noFindingRepeatsASecret(_ text: String) throws {
        let bench = try Bench()
        try bench.write("bad", text)
        for format in [["validate"], ["validate", "--json"]] {
            let outcome = try BuiltCommand(on: bench).run(format)
            let said = outcome.output + outcome.errors
            #expect(outcome.status == 2 && said.contains("bad.yaml"), "\(said)")
            #expect(!said.contains("5eCr3t"), "\(said)")
        }
    }
}
