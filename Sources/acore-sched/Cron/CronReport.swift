import CronSchedule

/// What `cron next` found, as text and as JSON.
struct CronReport {
    var schedule: CronSchedule
    var zone: String
    var explanation: String
    var warnings: [CronWarning]
    var rows: [PreviewRow]

    /// One line a moment; in front of them the meaning, when asked for.
    func text(explained: Bool) -> String {
        var lines: [String] = []
        if explained {
            lines += ["meaning    \(explanation)", "class      \(kindText)", "canonical  \(schedule.canonical)", ""]
        }
        lines += rows.map { "\($0.local)  \($0.weekday)" + ($0.note.map { "  \($0)" } ?? "") }
        if rows.isEmpty { lines.append(schedule.kind == .reboot ? "once after each boot" : "no further moment") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The warnings with a caret each.
    var warningText: String {
        warnings.map { warning in
            CronReport.marked("warning: column \(warning.column): \(warning.message)", warning.fix, warning.column, in: schedule.text)
        }.joined()
    }

    /// One object on one line.
    var json: String {
        var json = JSONLine()
        json.open("{")
        json.member("expr", schedule.text)
        json.member("canonical", schedule.canonical)
        json.member("class", kindText)
        json.member("timezone", zone)
        json.member("meaning", explanation)
        json.key("next")
        json.open("[")
        for row in rows {
            json.element { json in
                json.member("at", row.local)
                json.member("slots", row.slots)
                if let note = row.note { json.member("note", note) }
            }
        }
        json.close("]")
        json.key("warnings")
        json.open("[")
        for warning in warnings {
            json.element { json in
                json.member("code", warning.code.rawValue)
                json.member("column", warning.column)
                json.member("message", warning.message)
                json.member("fix", warning.fix)
            }
        }
        json.close("]")
        json.close("}")
        return json.line
    }

    private var kindText: String {
        switch schedule.kind {
        case .calendar(let kind): kind.rawValue
        case .every: "every"
        case .reboot: "reboot"
        }
    }

    /// A refusal with the expression and a caret under the column.
    static func text(_ error: CronSyntaxError, in expression: String) -> String {
        marked("error: column \(error.column): \(error.message)", error.fix, error.column, in: expression)
    }

    /// A refusal as one object on one line.
    static func json(_ error: CronSyntaxError) -> String {
        var json = JSONLine()
        json.open("{")
        json.member(error)
        json.close("}")
        return json.line
    }

    /// Widest part of an expression that is repeated above a caret, in Unicode scalars.
    private static let maximumShown = 120

    private static func marked(_ problem: String, _ fix: String, _ column: Int, in expression: String) -> String {
        var shown = ""
        let start = column > maximumShown ? column - maximumShown / 2 : 0
        for scalar in expression.unicodeScalars.dropFirst(start).prefix(maximumShown) {
            let isPlain = scalar.value >= 32 && !(127...159).contains(scalar.value) && scalar.properties.generalCategory != .format
            shown.unicodeScalars.append(isPlain ? scalar : " ")
        }
        return "\(problem)\n  \(shown)\n  \(String(repeating: " ", count: column - 1 - start))^\n  fix: \(fix)\n"
    }
}
