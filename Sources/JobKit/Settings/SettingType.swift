/// What a setting accepts. The same value checks job files, prints the reference and makes the schema for editors.
public indirect enum SettingType: Sendable, Hashable {
    /// `true` or `false`.
    case flag
    /// A whole number within bounds.
    case integer(ClosedRange<Int64>)
    /// A number within bounds.
    case number(ClosedRange<Double>)
    /// Text of a form.
    case text(TextForm)
    /// One of these words.
    case choice([String])
    /// A span such as `1h30m`, within bounds in milliseconds.
    case duration(ClosedRange<Int64>)
    /// A size such as `2G`, within bounds in bytes.
    case bytes(ClosedRange<Int64>)
    /// A share such as `80%`, within bounds in percent.
    case percent(ClosedRange<Int64>)
    /// A list; with `orSingle` a lone element may stand for a list of one.
    case list(of: SettingType, orSingle: Bool)
    /// Names that the author of the file chooses, each with a value.
    case map(of: SettingType)
    /// Settings of their own.
    case section([SettingDeclaration])
    /// Whatever is there; something else checks it.
    case anything

    /// The form of a text.
    public enum TextForm: String, Sendable, Hashable, Codable {
        /// Any text, the empty one included.
        case any
        /// At least one character, all on one line.
        case line
        /// A path that begins with `/` and has no `..` part.
        case absolutePath = "absolute_path"
        /// Letters, digits, `.`, `_` and `-`, not beginning with `.` or `-`, at most 64 characters.
        case name
        /// A name for an environment variable: letters, digits and `_`, not beginning with a digit.
        case variable
        /// An address that begins with `http://` or `https://`.
        case webAddress = "web_address"
    }
}

/// One setting: its name, what it accepts, what it is when the line is left out, and what it is for.
public struct SettingDeclaration: Sendable, Hashable, Codable {
    /// The key, in snake_case.
    public var name: String
    /// What it accepts.
    public var type: SettingType
    /// Whether the line must be there.
    public var required: Bool
    /// The value when the line is left out, as it would be written; nil when that means "none".
    public var standard: ConfigNode?
    /// One or two sentences for the reference page and the editor.
    public var help: String

    /// A setting.
    public init(name: String, type: SettingType, required: Bool = false, standard: ConfigNode? = nil, help: String) {
        self.name = name
        self.type = type
        self.required = required
        self.standard = standard
        self.help = help
    }

    private enum CodingKeys: String, CodingKey {
        case name, type, required, help
        case standard = "default"
    }
}
