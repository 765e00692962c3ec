/// What /proc/PID/stat says: proc(5).
struct ProcessStat: Sendable, Hashable {
    let pid: Int32
    let command: String
    /// `R`, `S`, `D`, `Z`, `T`, `X` …
    let state: String
    /// Ticks of processor time, in user and in kernel mode.
    let ticks: Int64
    /// Ticks since the boot; with the number this is the process, whatever runs under that number later.
    let started: Int64

    /// - Returns: nil when the text is not of that form. The command stands in brackets and may hold any character, brackets too: what comes after the
    ///   last one counts.
    init?(_ text: String) {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close,
            let pid = Int32(String(text[..<open]).trimmed)
        else { return nil }
        let fields = text[text.index(after: close)...].split { $0 == " " || $0.isNewline }
        // The first of these is the third of the line.
        guard fields.count > 19, let user = Int64(fields[11]), let system = Int64(fields[12]), let started = Int64(fields[19]) else {
            return nil
        }
        self.pid = pid
        command = String(text[text.index(after: open)..<close])
        state = String(fields[0])
        ticks = user + system
        self.started = started
    }

    /// Whether it has ended: a zombie only waits to be collected.
    var isDead: Bool { state == "Z" || state == "X" || state == "x" }
}
