/// Rows under a heading, in columns that are sized to the terminal.
struct Table {
    /// One column.
    struct Column {
        let title: String
        /// The least width it is cut to when the terminal is too narrow; nil for one of which half says nothing.
        let narrowest: Int?
        /// Its turn to be left out before the table grows wider than the terminal, from 1; nil for one that stays.
        let turn: Int?

        init(_ title: String, narrowest: Int? = nil, turn: Int? = nil) {
            self.title = title
            self.narrowest = narrowest
            self.turn = turn
        }

        init(_ title: String, shrinks: Bool, turn: Int? = nil) {
            self.init(title, narrowest: shrinks ? Table.narrowest : nil, turn: turn)
        }

        /// Runs' ids: their beginning is enough to name one.
        static func run(turn: Int? = nil) -> Column { Column("RUN", narrowest: 14, turn: turn) }

        /// Moments: cut to the minute.
        static func moment(_ title: String, turn: Int? = nil) -> Column { Column(title, narrowest: 17, turn: turn) }
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

    private static let narrowest = 8
    /// The last column gives first: its end is what is least missed.
    private static let narrowestLast = 16
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
    var shown: String { text(width: Console.isTerminal ? Console.width : Console.namedWidth, colour: Console.usesColour) }

    /// - Returns: for each column its width; nil for one that is left out.
    private func widths(within width: Int?) -> [Int?] {
        let natural = columns.indices.map { index in
            max(TextWidth.of(columns[index].title), rows.map { TextWidth.of($0[index].text) }.max() ?? 0)
        }
        guard let width else { return natural }
        let least = columns.indices.map { index in
            min(natural[index], index == columns.count - 1 ? Self.narrowestLast : columns[index].narrowest ?? .max)
        }
        var shown = Array(columns.indices)
        let turns = columns.indices.compactMap { index in columns[index].turn.map { (turn: $0, index: index) } }
        for drop in turns.sorted(by: { $0.turn < $1.turn }) where shown.reduce(0, { $0 + least[$1] + Self.gap }) - Self.gap > width {
            shown.removeAll { $0 == drop.index }
        }
        var widths = columns.indices.map { shown.contains($0) ? natural[$0] : nil }
        var excess = shown.reduce(0) { $0 + natural[$1] + Self.gap } - Self.gap - width
        if let last = shown.last, excess > 0 {
            let end = min(excess, natural[last] - least[last])
            widths[last] = natural[last] - end
            excess -= end
        }
        while excess > 0, let widest = Self.widest(shown.filter { widths[$0] ?? 0 > least[$0] }, of: widths) {
            widths[widest] = widths[widest].map { $0 - 1 }
            excess -= 1
        }
        return widths
    }

    private static func widest(_ candidates: [Int], of widths: [Int?]) -> Int? {
        candidates.max { (widths[$0] ?? 0, $1) < (widths[$1] ?? 0, $0) }
    }

    private func line(_ cells: [Cell], _ widths: [Int?], colour: Bool) -> String {
        let shown = zip(cells, widths).compactMap { cell, width in width.map { (cell: cell, width: $0) } }
        let filled = (shown.lastIndex { !$0.cell.text.isEmpty } ?? 0) + 1
        var parts: [String] = []
        for (index, (cell, width)) in shown.prefix(filled).enumerated() {
            let text = TextWidth.cut(cell.text, to: width)
            let padding = index + 1 == filled ? 0 : width - TextWidth.of(text)
            parts.append(cell.style.paint(text, colour: colour) + String(repeating: " ", count: max(0, padding)))
        }
        return parts.joined(separator: String(repeating: " ", count: Self.gap))
    }
}
