/// The variables that a file may name, and which of them it did name.
struct Variables {
    private let environment: [String: String]
    /// Those of `environment_file`; they win over the daemon's own.
    var fromFile: [String: String] = [:]
    /// Names of the daemon's variables that were asked for, set or not.
    private(set) var used: Set<String> = []

    /// The daemon's own environment.
    init(environment: [String: String]) { self.environment = environment }

    mutating func value(of name: String) -> String? {
        if let value = fromFile[name] { return value }
        used.insert(name)
        return environment[name]
    }
}
