/// The body of `POST /v1/verbs`: a verb of a kind, such as `backup list`.
package struct KindRequest: Sendable, Hashable, Codable {
    package var kind: String
    /// Nil asks for the help of the kind.
    package var verb: String?
    /// The words after it, relative paths made absolute.
    package var arguments: [String]
    /// The job whose settings hold; nil for the only one of the kind.
    package var job: String?
    package var dryRun: Bool
    /// Columns of the caller's terminal; nil when it has none.
    package var width: Int?
    package var colour: Bool

    package init(
        kind: String, verb: String?, arguments: [String] = [], job: String? = nil, dryRun: Bool = false, width: Int? = nil,
        colour: Bool = false
    ) {
        self.kind = kind
        self.verb = verb
        self.arguments = arguments
        self.job = job
        self.dryRun = dryRun
        self.width = width
        self.colour = colour
    }
}
