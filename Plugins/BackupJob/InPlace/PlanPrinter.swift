import FileTree
import JobKit

/// Prints the plan of a restore in place: each path with what becomes of it.
struct PlanPrinter {
    /// The most lines for people; with `--json` there are all.
    private static let maximumLines = 200

    let json: Bool
    let print: (String) -> Void
    private let count = Counter()

    /// How many lines there were.
    private final class Counter {
        var lines = 0
    }

    init(json: Bool, print: @escaping (String) -> Void) {
        self.json = json
        self.print = print
    }

    /// Takes a path; what stays as it is, is no line for people.
    func take(_ word: TreeComparison.Word, _ path: PathBytes, _: ManifestEntry?) {
        if json {
            var line = JSONLine()
            line.add("plan", word.rawValue)
            line.add("path", orBase64: "path_base64", path)
            return print(String(decoding: line.line.dropLast(), as: UTF8.self))
        }
        guard word != .same else { return }
        count.lines += 1
        if count.lines <= Self.maximumLines { print("\(word.rawValue) \(path)") }
        if count.lines == Self.maximumLines + 1 { print("more paths are counted only; --json prints all") }
    }
}
