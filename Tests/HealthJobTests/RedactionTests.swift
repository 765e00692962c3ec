import Testing

@testable import HealthJob

/// What is taken out of lines before they are shown.
@Suite struct RedactionTests {
    @Test(arguments: [
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"), ("authorization=Bot abc", "authorization=Bot ***"),
        ("password='x y' user=bob", "password='***' user=bob"), ("api_key: 12345, next", "api_key: ***, next"),
        ("{\"token\": \"abc\"}", "{\"token\": \"***\"}"), ("https://user:pw@host/path?q=1", "https://***@host/path?q=1"),
        (
            "https://discord.com/api/webhooks/123456789012345678/aB3dE5gH7jK9mN1pQ3sT5vW7yZ",
            "https://discord.com/api/webhooks/123456789012345678/***"
        ),
        ("MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs", "***"),
        ("the bot started at 10:00:01", "the bot started at 10:00:01"),
        (
            "File \"/usr/lib/python3/dist-packages/aiohttp/client.py\", line 12",
            "File \"/usr/lib/python3/dist-packages/aiohttp/client.py\", line 12"
        ),
        ("2027-01-31T02:00:00.000Z INFO internationalization", "2027-01-31T02:00:00.000Z INFO internationalization"),
        ("a\u{1b}[31mred\u{7}", "a [31mred "), ("a\u{9b}31mred\u{7f}", "a 31mred "),
    ])
    func secretsGoAndWordsStay(_ line: String, _ shown: String) { #expect(Redaction.line(line, bound: 500) == shown) }

    @Test(arguments: [
        "monkey=7 compass=north bypass=on passed 3 tests", "pass 3 of 4, keyboard: us", "KeyError: 'guild'",
        "InvalidTokenError: it expired",
        "password authentication failed for user \"bot\"", "wrong password for bob", "the token expired", "total_tokens=512 in 3 s",
        "duplicate key value violates unique constraint", "public_key=ed25519 primary_key: 12", "Token::new failed at src/token.rs:12",
        "GET http://127.0.0.1:8080/health?mail=a@b 200", "cloned git@github.com:owner/repo", "no password, user bob", "cwd=/srv/bot",
        "password: ", "token", "--key /etc/ssl/private/bot.key", "a 1/2 = b: c",
    ])
    func ordinaryLinesStay(_ line: String) { #expect(Redaction.line(line, bound: 500) == line) }

    @Test(arguments: [
        ("login pass=hunter2 ok", "login pass=*** ok"), ("MYSQL_PWD=hunter2", "MYSQL_PWD=***"), ("key=abc,user=bob", "key=***,user=bob"),
        ("mysqldump --password hunter2 db", "mysqldump --password *** db"), ("run --token=abc --verbose", "run --token=*** --verbose"),
        ("['--password', 'hunter2', 'db']", "['--password', '***', 'db']"),
        ("ALTER USER bot PASSWORD 'x y' OK", "ALTER USER bot PASSWORD '***' OK"),
        ("the password hunter2 is wrong", "the password *** is wrong"),
        ("{\\\"password\\\":\\\"hunter2\\\"}", "{\\\"password\\\":\\\"***\"}"),
        ("postgres://bot:pa/ss@db:5432/bot?sslmode=require", "postgres://***@db:5432/bot?sslmode=require"),
        ("dsn=redis://:pa#s?s@cache/0 lost", "dsn=redis://***@cache/0 lost"), ("id AKIAIOSFODNN7EXAMPLE, again", "id ***, again"),
        ("Credential=AKIAIOSFODNN7EXAMPLE/20261201", "Credential=***"), ("s3://AKIAIOSFODNN7EXAMPLE/x", "s3://***/x"),
        ("env:DB_PASSWORD=hunter2", "env:DB_PASSWORD=***"), ("dGhpcyBpcyBhIHNlY3JldCAxMjM0NTY3ODkw==", "***"),
    ])
    func eachSpellingGoes(_ line: String, _ shown: String) { #expect(Redaction.line(line, bound: 500) == shown) }

    /// Where a secret stands, with whether it may hold white space there.
    private static let forms: [(before: String, after: String, isQuoted: Bool)] = [
        ("pass=", " user=bob", false), ("pwd=", "", false), ("DB_PASS: ", " next", false), ("key=", "", false),
        ("api-key: ", ", next", false),
        ("password = ", " x", false), ("--password ", " --verbose", false), ("--password=", " x", false),
        ("the password ", " is wrong", false),
        ("password='", "' user=bob", true), ("{\"token\": \"", "\", \"user\": \"bob\"}", true), ("client_secret:\"", "\"", true),
        ("Authorization: Bearer ", "", false), ("Cookie: ", "", false), ("GET /?token=", "&user=bob HTTP/1.1", false),
        ("postgres://bot:", "@db:5432/bot", false), ("https://", "@git.example/x", false), ("redis://:", "@cache/0", false),
        ("https://bot:", "@web.example/path?mail=a", false),
    ]

    /// Each part of six letters of a secret has to be gone.
    @Test func noSecretOfManySurvivesInAnyPlace() {
        var random = Seeded(state: 20_261_201)
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let marks = Array("!$%*+-.^_~,;()[]{}|/?#@")
        for _ in 0..<400 {
            for form in Self.forms {
                // In an address without a colon nothing tells a password with a `/` from a path.
                let special = form.before == "https://" ? Array("!$*+-._~") : form.isQuoted ? marks + [" ", "=", ":", "&"] : marks
                var secret = String(letters[Int.random(in: 0..<52, using: &random)])
                for _ in 0..<Int.random(in: 7...23, using: &random) {
                    secret.append((Int.random(in: 0..<4, using: &random) == 0 ? special : letters).randomElement(using: &random) ?? "x")
                }
                let line = form.before + secret + form.after
                let shown = Redaction.line(line, bound: 500)
                let parts = secret.indices.compactMap { start in
                    secret.index(start, offsetBy: 6, limitedBy: secret.endIndex).map { secret[start..<$0] }
                }
                #expect(!parts.contains { shown.contains($0) }, "\(line) → \(shown)")
                #expect(shown.hasPrefix(form.before.prefix(3)), "\(line) → \(shown)")
            }
        }
    }

    /// The same on each run.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test func aLineIsBounded() {
        let shown = Redaction.line(String(repeating: "ä ", count: 1000), bound: 100)
        #expect(shown.utf8.count <= 100 && shown.hasSuffix("…"))
    }
}
