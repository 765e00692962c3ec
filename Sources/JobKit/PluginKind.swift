/// What every plugin says of itself, whether it works in a worker (``Job``) or names a program (``ProgramJob``).
public protocol PluginKind: Sendable {
    /// The `with:` section of a job file, read and checked.
    associatedtype Settings: JobSettings
    /// The word after `uses:` in a job file, for example `backup`.
    static var kind: JobKind { get }
    /// One line for `plugins list`: what a job of this kind does.
    static var summary: String { get }
    /// What several jobs of the kind work on together; nothing by default.
    static var shared: [SharedSettings] { get }
    /// What requests are to tell of other runs (``JobContext/facts``); nothing by default.
    static var needs: [KindDescription.Need] { get }
}

extension PluginKind {
    /// Jobs of the kind have nothing to do with each other.
    public static var shared: [SharedSettings] { [] }

    /// Jobs of the kind do not ask about others.
    public static var needs: [KindDescription.Need] { [] }
}
