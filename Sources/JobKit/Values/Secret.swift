/// A value that nobody may read over a shoulder: it prints as `***` everywhere.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Wraps `value`.
    public init(_ value: String) { self.value = value }

    /// The value itself, for the one place that needs it; the name is long so that a reader sees each use.
    public var exposedValue: String { value }

    /// Never the value.
    public var description: String { "***" }
    /// Never the value.
    public var debugDescription: String { "***" }
    /// Never the value.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
