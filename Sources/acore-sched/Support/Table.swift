/// Rows under a heading, in columns that are sized to the terminal.
struct Table {
    /// One column.
    struct Column {
        let title: String
        /// Whether its text may be cut when the terminal is too narrow. Ids and moments may not: half of one says nothing.
        let shrinks: Bool

        init(_ title: String, shrinks: Bool = false) {
            self.title = title
            self.shrinks = shrinks
        }
    }

    /// One text of a row.
    struct Cell {
        let text: String
        let style: TextStyle

        /// - Parameter text: anything; what could steer a terminal is made visible.
        init(_ text: String, _ style: TextStyle = .plain) {
            self.text = EventText.harmless(String(text.map { $0.isNewline ? " " : $0 }))
            self.style = style
        }
    }

    /// A column is never cut to less.
    static let narrowest = 8
    private static let gap = 2

    private let columns: [Column]
    private var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with one cell for each column.
    mutating func add(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row of \(row.count) cells for \(columns.count) columns")
        rows.append(row)
    }

    /// The table without a line feed at its end.
    /// - Parameters:
    ///   - width: columns of the terminal; nil for none, and then nothing is cut.
    func text(width: Int?, colour: Bool) -> String {
        let widths = widths(within: width)
        let heading = line(columns.map { Cell($0.title, .strong) }, widths, colour: colour)
        return ([heading] + rows.map { line($0, widths, colour: colour) }).joined(separator: "\n")
    }

    /// The text for standard output as it is now.
    var shown: String { text(width: Console.isTerminal ? Console.width : nil, colour: Console.usesColour) }

    private func widths(within width: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            max(TextWidth.of(columns[index].title), rows.map { TextWidth.of($0[index].text) }.max() ?? 0)
        }
        guard let width, let last = widths.indices.last else { return widths }
        var excess = widths.reduce(0, +) + Self.gap * last - width
        // The last column gives first: its end is what is least missed.
        let end = min(max(0, excess), max(0, widths[last] - Self.narrowest * 2))
        widths[last] -= end
        excess -= end
        while excess > 0,
            let widest = widths.indices.filter({ columns[$0].shrinks && widths[$0] > Self.narrowest }).max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], colour: Bool) -> String {
        var parts: [String] = []
        let filled = (cells.lastIndex { !$0.text.isEmpty } ?? 0) + 1
        for (index, cell) in cells.prefix(filled).enumerated() {
            let text = TextWidth.cut(cell.text, to: widths[index])
            let padding = index + 1 == filled ? 0 : widths[index] - TextWidth.of(text)
            parts.append(cell.style.paint(text, colour: colour) + String(repeating: " ", count: max(0, padding)))
        }
        return parts.joined(separator: String(repeating: " ", count: Self.gap))
    }
}
