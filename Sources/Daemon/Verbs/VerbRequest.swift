package import JobKit

/// A verb of a kind, as a person asked for it.
package struct VerbRequest: Sendable, Hashable {
    package let verb: VerbDescription
    /// The words after it, relative paths made absolute.
    package let arguments: [String]

    package init(verb: VerbDescription, arguments: [String]) {
        self.verb = verb
        self.arguments = arguments
    }
}
