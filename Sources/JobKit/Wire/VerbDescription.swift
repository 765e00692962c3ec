/// A command of a kind beyond `run`, for example `acore-sched backup list`.
public struct VerbDescription: Sendable, Hashable, Codable {
    /// What a verb does to the world.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// It looks: its standard output is shown as it is.
        case reading
        /// It changes something: it speaks the wire and is a run with its row.
        case acting
    }

    /// The word on the command line: of the form of a kind's name.
    public var name: String
    /// One line for help texts.
    public var summary: String
    /// Whether it only looks.
    public var mode: Mode

    /// A verb with its line of help.
    public init(name: String, summary: String, mode: Mode) {
        self.name = name
        self.summary = summary
        self.mode = mode
    }
}
