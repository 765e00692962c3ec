import Testing

@testable import JobFiles

/// Lines that messages do not repeat.
@Suite struct SecretLineTests {
    @Test(arguments: [
        "heartbeat: {url: https://hc-ping.com/bot}", "heartbeat: \"hc-ping.com/x\"", "hartbeat: https://hc-ping.com/5eCr3t-aaaa-bbbb-1234",
        "  web: {url: \"https://bot:5eCr3t@web.example/x\"}", "  cache: {url: 'redis://:5eCr3t@127.0.0.1'}", "  password: 5eCr3t",
        "x: {api_key: 5eCr3t, y: 1}", "\"TOKEN\": \"5eCr3t\"", "url: https://web.example/x?token=abc", "[https://a.example, https://b:c@d]",
    ])
    func areNotShown(_ line: String) { #expect(SecretLine.mayHold(line)) }

    @Test(arguments: [
        "schedule: \"0 2 * * *\"", "url: https://web.example/health", "password: secret:db", "secrets: {TOKEN: secret:token}",
        "TOKEN: ${TOKEN:-}", "secrets_directory: /etc/x", "heartbeat:", "heartbeat: secret:beat", "password: # none", "monkey: 3",
        "keep: 1",
    ])
    func areShown(_ line: String) { #expect(!SecretLine.mayHold(line)) }
}
