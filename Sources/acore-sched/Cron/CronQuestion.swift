import CronSchedule

/// One line of `cron batch`.
struct CronQuestion {
    /// The JSON text of `id`, as it was written.
    var id: [UInt8]?
    var expression: String
    var zone = "UTC"
    var from: Instant?
    var count = 1

    /// Why a line is no question; `id` when it was readable.
    struct Refusal: Error {
        var id: [UInt8]?
        var message: String
        var fix: String
    }

    static let counts = 1...CronSchedule.maximumPreview

    /// Reads a line.
    static func read(_ line: [UInt8]) throws(Refusal) -> CronQuestion {
        var reader = JSONObjectReader(line)
        guard let members = reader.members() else {
            throw Refusal(
                id: nil, message: "the line is not a JSON object: \(reader.problem)",
                fix: #"write {"id":1,"expr":"30 2 * * *","tz":"Europe/Berlin","from":"2027-03-27T12:00:00Z","count":2}"#)
        }
        var id: [UInt8]?
        if let member = members.last(where: { $0.name == "id" }) {
            switch member.value {
            case .string, .number, .null: id = Array(line[member.text])
            case .other: throw Refusal(id: nil, message: "id is neither a string nor a number", fix: "write a string or a number")
            }
        }
        var question = CronQuestion(id: id, expression: "")
        var hasExpression = false
        for member in members {
            do {
                if member.name == "expr" { hasExpression = true }
                try question.take(member)
            } catch {
                throw Refusal(id: id, message: error.message, fix: error.fix)
            }
        }
        guard hasExpression else { throw Refusal(id: id, message: "expr is missing", fix: #"add "expr":"30 2 * * *""#) }
        return question
    }

    private mutating func take(_ member: JSONObjectReader.Member) throws(Refusal) {
        switch (member.name, member.value) {
        case ("id", _): break
        case ("expr", .string(let text)): expression = text
        case ("tz", .string(let text)): zone = text
        case ("from", .string(let text)):
            guard let moment = Instant(iso8601: text) else {
                throw Refusal(message: "from is not a moment with an offset", fix: "write for example 2027-03-27T12:00:00Z")
            }
            from = moment
        case ("count", .number(let number?)) where CronQuestion.counts.contains(number): count = number
        case ("tz", .null), ("from", .null), ("count", .null): break
        case ("count", _): throw Refusal(message: "count is not a whole number from 1 to \(CronQuestion.counts.upperBound)", fix: "write 1")
        case ("expr", _), ("tz", _), ("from", _): throw Refusal(message: "\(member.name) is not a string", fix: "put it in quotes")
        case _:
            throw Refusal(message: "there is no key \(member.name.prefix(32))", fix: "the keys are id, expr, tz, from, count")
        }
    }
}
