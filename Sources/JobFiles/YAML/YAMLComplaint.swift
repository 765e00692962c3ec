import CYAML
import JobKit

/// Says in plain words what the YAML parser refused.
enum YAMLComplaint {
    static let noMemory = Fault(place: Fault.start, problem: "there is not enough memory to read the file", fix: "make it smaller")

    /// What a parser found that cannot go on.
    static func fault(of parser: yaml_parser_t, in source: SourceText) -> Fault {
        let problem = parser.problem.map { String(cString: $0) } ?? ""
        switch parser.error {
        case YAML_MEMORY_ERROR: return noMemory
        case YAML_READER_ERROR:
            return Fault(
                place: source.place(ofByte: parser.problem_offset), problem: "the file has a character that YAML forbids (\(problem))",
                fix: "take it out")
        default:
            let context = parser.context.map { Context(text: String(cString: $0), place: SourcePlace(parser.context_mark)) }
            return fault(problem, context: context, place: SourcePlace(parser.problem_mark), source: source)
        }
    }

    static func secondDocument(at place: SourcePlace) -> Fault {
        Fault(
            place: place, problem: "a second document begins here",
            fix: "keep one job in one file: move what follows '---' to a file of its own")
    }

    static func unknownAlias(at place: SourcePlace) -> Fault {
        Fault(
            place: place, problem: "this alias names no anchor",
            fix: "put a value that begins with * in quotes, as in schedule: \"* * * * *\"")
    }

    /// The construct that the parser was in.
    private struct Context {
        let text: String
        let place: SourcePlace
    }

    private static let standardFix = "compare the line and the one above it with a working job file: indentation, quotes, brackets"

    private static func fault(_ problem: String, context: Context?, place: SourcePlace, source: SourceText) -> Fault {
        let line = source.line(place.line)
        if line.prefix(place.column).drop(while: { $0 == " " }).first == "\t" || character(at: place.column, of: line) == "\t" {
            let tab = line.unicodeScalars.prefix { $0 != "\t" }.count
            return Fault(
                place: SourcePlace(line: place.line, column: tab + 1), problem: "a tab stands where YAML wants spaces",
                fix: "indent with spaces: replace the tab by two spaces")
        }
        if line.contains("${"), problem.hasPrefix("did not find expected ',' or") {
            return Fault(
                place: place, problem: "within [ ] and { } the brackets of ${NAME} mean something else",
                fix: "write the value on a line of its own, or in quotes if it is text")
        }
        if let known = sentence(for: problem) {
            let begin = known.atContext ? context?.place : nil
            return Fault(place: begin ?? place, problem: known.problem, fix: known.fix)
        }
        let since = context.map { " (\($0.text), line \($0.place.line))" } ?? ""
        return Fault(place: place, problem: "this is not YAML: \(problem)\(since)", fix: standardFix)
    }

    /// The sentence for a problem, and whether the place where the construct begins tells more than the place where it failed.
    private static func sentence(for problem: String) -> (problem: String, fix: String, atContext: Bool)? {
        guard let known = sentences.first(where: { problem.contains($0.text) }) else { return nil }
        return (known.problem, known.fix, known.text == "found unexpected end of stream" || known.text == "could not find expected ':'")
    }

    /// What libyaml says, and what it means to somebody who writes a job file.
    private static let sentences: [(text: String, problem: String, fix: String)] = [
        (
            "mapping values are not allowed", "a second ': ' stands on this line, or the line is indented differently from the one above",
            "put a value that contains ': ' in quotes, or align the line with its neighbours"
        ),
        (
            "while scanning an alias", "a * begins an alias here", "put a value that begins with * in quotes, as in schedule: \"* * * * *\""
        ),
        (
            "did not find expected alphabetic or numeric character", "a value that begins with * or & means something else in YAML",
            "put it in quotes, as in schedule: \"*/5 * * * *\""
        ),
        (
            "found character that cannot start any token", "no value can begin with this character",
            "put the value in quotes"
        ),
        (
            "could not find expected ':'", "this line has no ': ' after its key",
            "write key: value with a blank after the colon, indented as its neighbours"
        ),
        (
            "did not find expected key", "this line does not fit those around it",
            "align it with its neighbours, and close quotes and brackets in the lines above"
        ),
        (
            "did not find expected ',' or ']'", "a list that began with [ goes on here without a comma or its ]",
            "add the comma, or close the list with ]"
        ),
        (
            "did not find expected ',' or '}'", "a mapping that began with { goes on here without a comma or its }",
            "add the comma, or close the mapping with }"
        ),
        ("found unexpected end of stream", "quotes are opened here and never closed", "close the quotes"),
        ("found unexpected document indicator", "a line of '---' or '...' stands inside quotes", "close the quotes before it"),
        (
            "did not find expected '-' indicator", "this line does not belong to the list above",
            "begin it with '- ', or indent it as the key of the list"
        ),
        ("block sequence entries are not allowed", "a list cannot begin here", "begin the list on a line of its own, or write [a, b]"),
        ("did not find expected node content", "a value is missing here", "write the value, or leave the comma or the key out"),
        (
            "found unknown escape character", "quotes with \" give \\ a meaning, and this one has none",
            "write \\\\ for a backslash, or use quotes with '"
        ),
        ("Maximum nesting level reached", "this is nested deeper than \(TreeBuilder.deepest) levels", "write it flatter"),
        ("found undefined tag handle", "no value can begin with '!' and a name", "put the value in quotes"),
    ]

    private static func character(at column: Int, of line: String) -> Unicode.Scalar? {
        line.unicodeScalars.dropFirst(column - 1).first
    }
}
