/// Why something could not be done at a copy.
struct CopyError: Error, Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        /// The same may work in a moment: the network, the other side's load.
        case transient
        /// It fails again until somebody changes something.
        case lasting
        /// What was asked for is not there.
        case missing
        /// A file of the repository here is not what its record says: it is not sent.
        case damagedHere
        /// Something else has the place of what is sent: it is not replaced.
        case occupied
        /// Somebody asked to stop.
        case stopped
    }

    let kind: Kind
    /// What happened and where.
    let problem: String
    /// What to do about it.
    let fix: String

    init(_ kind: Kind, _ problem: String, fix: String) {
        self.kind = kind
        self.problem = problem
        self.fix = fix
    }

    static let stopped = CopyError(.stopped, "it was stopped", fix: "the next run goes on where it was")

    /// Problem and fix in one line.
    var description: String { "\(problem); fix: \(fix)" }
}
