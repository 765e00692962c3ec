import Testing

@Suite struct CronBatchTests {
    private let command: BuiltCommand

    init() throws { command = try BuiltCommand() }

    struct Row: Sendable, CustomTestStringConvertible {
        var line: String
        var answer: String
        var testDescription: String { line }
        init(_ line: String, _ answer: String) { (self.line, self.answer) = (line, answer) }
    }

    private static let shape =
        #"write {\"id\":1,\"expr\":\"30 2 * * *\",\"tz\":\"Europe/Berlin\",\"from\":\"2027-03-27T12:00:00Z\",\"count\":2}"#

    private static func refusal(_ id: String, _ message: String, _ fix: String, column: Int = 0) -> String {
        #"{"id":\#(id),"error":{"column":\#(column),"message":"\#(message)","fix":"\#(fix)"}}"#
    }

    private static let rows = [
        Row(
            #"{"id":1,"expr":"30 2 * * *","tz":"Europe/Berlin","from":"2027-03-27T12:00:00Z","count":2}"#,
            #"{"id":1,"next":["2027-03-28T03:00:00+02:00","2027-03-29T02:30:00+02:00"]}"#),
        Row(
            #" { "count" : 1 , "from":"2027-01-01T00:00:00Z" , "expr" : "\u0040daily" , "id" : "a\"\u00e9" } "#,
            #"{"id":"a\"\u00e9","next":["2027-01-02T00:00:00+00:00"]}"#),
        Row(#"{"id":2,"expr":"60 * * * *"}"#, refusal("2", "minute 60 is out of range", "write a minute from 0 to 59", column: 1)),
        Row(#"{"id":-1.5e3,"expr":"0 0 30 2 *"}"#, #"{"id":-1.5e3,"next":[]}"#),
        Row(#"{"id":3,"expr":"@reboot"}"#, #"{"id":3,"next":[]}"#),
        Row(
            #"{"id":null,"expr":"@every 90s","from":"2027-01-01T00:00:00Z","count":2,"tz":null}"#,
            #"{"id":null,"next":["2027-01-01T00:01:30+00:00","2027-01-01T00:03:00+00:00"]}"#),
        Row(#"{"expr":"0 12 1 1 *","from":"2027-01-01T00:00:00Z"}"#, #"{"id":null,"next":["2027-01-01T12:00:00+00:00"]}"#),
        Row("garbage", refusal("null", "the line is not a JSON object: it does not begin with {", shape)),
        Row("{", refusal("null", "the line is not a JSON object: a key in quotes is missing (byte 2)", shape)),
        Row(#"{"id":4} x"#, refusal("null", "the line is not a JSON object: something follows the object (byte 10)", shape)),
        Row(
            #"{"id":[4],"expr":"@daily"}"#,
            refusal("null", "the line is not a JSON object: the value of id is not a string, number or null (byte 7)", shape)),
        Row(#"{"id":true,"expr":"@daily"}"#, refusal("null", "id is neither a string nor a number", "write a string or a number")),
        Row(#"{"id":5}"#, refusal("5", "expr is missing", #"add \"expr\":\"30 2 * * *\""#)),
        Row(#"{"id":5,"expr":7}"#, refusal("5", "expr is not a string", "put it in quotes")),
        Row(#"{"id":5,"exp":"@daily"}"#, refusal("5", "there is no key exp", "the keys are id, expr, tz, from, count")),
        Row(
            #"{"id":6,"expr":"@daily","tz":"Nowhere/At_All"}"#,
            refusal(
                "6", "Nowhere/At_All is not in the time zone data of /usr/share/zoneinfo",
                "write a name of the tz database such as Europe/Berlin, or UTC")),
        Row(
            #"{"id":7,"expr":"@daily","from":"2027-01-01"}"#,
            refusal("7", "from is not a moment with an offset", "write for example 2027-03-27T12:00:00Z")),
        Row(#"{"id":8,"expr":"@daily","count":10001}"#, refusal("8", "count is not a whole number from 1 to 10000", "write 1")),
        Row(#"{"id":8,"expr":"@daily","count":1.5}"#, refusal("8", "count is not a whole number from 1 to 10000", "write 1")),
        Row(#"{"id":8,"expr":"@daily","count":"2"}"#, refusal("8", "count is not a whole number from 1 to 10000", "write 1")),
        Row(String(repeating: "x", count: 200_000), refusal("null", "the line is longer than 65536 bytes", "write one question a line")),
        Row(#"{"id":9,"expr":"0 0 1 1 *","from":"2027-06-01T00:00:00Z"}"#, #"{"id":9,"next":["2028-01-01T00:00:00+00:00"]}"#),
    ]

    @Test func answersEachLineAndGoesOn() throws {
        let input = CronBatchTests.rows.map(\.line).joined(separator: "\n\n")
        let outcome = try command.run(["cron", "batch"], input: input, environment: ["TZDIR": "/usr/share/zoneinfo"])
        let answers = outcome.output.split(separator: "\n").map(String.init)
        #expect(answers.count == CronBatchTests.rows.count)
        for (row, answer) in zip(CronBatchTests.rows, answers) { #expect(answer == row.answer, "\(row.line.prefix(80))") }
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == 0)
    }

    @Test func manyLinesKeepTheirOrder() throws {
        let count = 5_000
        let lines = (0..<count).map { #"{"id":\#($0),"expr":"\#($0 % 60) \#($0 % 24) * * *","from":"2027-01-01T00:00:00Z","count":3}"# }
        let outcome = try command.run(["cron", "batch"], input: lines.joined(separator: "\n") + "\n")
        let answers = outcome.output.split(separator: "\n")
        #expect(answers.count == count)
        for (number, answer) in answers.enumerated() {
            try #require(answer.hasPrefix(#"{"id":\#(number),"next":["2027-01-0"#))
            try #require(answer.split(separator: ",").count == 4)
        }
    }

    @Test func nothingInNothingOut() throws {
        let outcome = try command.run(["cron", "batch"])
        #expect(outcome.output.isEmpty && outcome.errors.isEmpty && outcome.status == 0)
    }
}
