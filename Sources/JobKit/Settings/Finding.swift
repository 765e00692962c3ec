/// One thing that is wrong, or looks wrong, in a configuration: where, what, how to fix it.
public struct Finding: Sendable, Hashable, Codable {
    /// Whether the configuration can be used nevertheless.
    public enum Severity: String, Sendable, Hashable, Codable {
        /// It cannot.
        case error
        /// It can, but probably does not do what was meant.
        case warning
    }

    /// Which part of the entry at `path` is meant.
    public enum Part: String, Sendable, Hashable, Codable {
        case key
        case value
    }

    /// Whether the configuration can be used nevertheless.
    public var severity: Severity
    /// Keys and list positions from the root of the file, for example `["with", "keep_days"]`.
    public var path: [String]
    /// Which part of that entry.
    public var part: Part
    /// Characters from the value's first one to the fault, counted from 0; nil for the value as a whole.
    public var offset: Int?
    /// What is wrong.
    public var problem: String
    /// What to write instead.
    public var fix: String

    /// A finding about the entry at `path`.
    public init(_ severity: Severity, at path: [String], part: Part = .value, offset: Int? = nil, problem: String, fix: String) {
        self.severity = severity
        self.path = path
        self.part = part
        self.offset = offset
        self.problem = problem
        self.fix = fix
    }

    /// The path as people write it: `with.keep_days`, `schedule[1]`; `the file` for the root.
    public static func name(of path: [String]) -> String {
        guard !path.isEmpty else { return "the file" }
        var text = ""
        for part in path {
            if part.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), !text.isEmpty {
                text += "[\(part)]"
            } else {
                text += text.isEmpty ? part : ".\(part)"
            }
        }
        return text
    }
}
