/// What a walk leaves out.
package struct WalkOptions: Sendable {
    /// Patterns relative to the root.
    package var exclude = ExcludeRules()
    /// Names that stay out at any depth, whatever the patterns say.
    package var leavesOut: (@Sendable (PathBytes) -> Bool)?
    /// Regular files with more bytes than this stay out; nil for no limit.
    package var largerThan: Int64?
    /// Do not enter what lies on another device or mount than the root.
    package var oneFileSystem = false
    /// Do not enter folders that carry a valid CACHEDIR.TAG.
    package var excludeCaches = false
    /// Folders never entered nor named as entries, such as the repository that is being written.
    package var excludedFolders: Set<FileIdentity> = []

    /// Leaves nothing out.
    package init() {}
}
