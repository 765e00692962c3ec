import JobKit

/// The words after a verb.
struct VerbOptions {
    /// Words that are no options.
    private(set) var words: [String] = []
    private(set) var paths: [String] = []
    private(set) var destination: String?
    private(set) var group = PointGroup.data
    private(set) var json = false
    /// Of the files' contents, how much to read, in percent.
    private(set) var share = 100

    /// - Parameter known: options that the verb has.
    init(_ arguments: [String], verb: BackupVerb, known: Set<String>) throws(BackupError) {
        var rest = arguments[...]
        var onlyWords = false
        while let word = rest.popFirst() {
            if onlyWords || !word.hasPrefix("-") {
                words.append(word)
            } else if word == "--" {
                onlyWords = true
            } else {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                guard known.contains(parts[0]) else {
                    throw Self.usage(
                        "backup \(verb.rawValue) has no option \(parts[0])", fix: "it has \(known.sorted().joined(separator: ", "))")
                }
                try take(parts[0], parts.count > 1 ? parts[1] : nil, &rest)
            }
        }
    }

    private mutating func take(_ option: String, _ given: String?, _ rest: inout ArraySlice<String>) throws(BackupError) {
        if option == "--json" {
            json = true
            return
        }
        if option == "--quick" {
            share = 0
            return
        }
        guard let value = given ?? rest.popFirst() else { throw Self.usage("\(option) lacks its value", fix: "write \(option) VALUE") }
        switch option {
        case "--path": paths.append(value)
        case "--to": destination = value
        case "--sample":
            guard value.hasSuffix("%"), let percent = Int(value.dropLast()), (1...100).contains(percent) else {
                throw Self.usage("--sample is a share from 1% to 100%, not \(value)", fix: "write for example --sample 10%")
            }
            share = percent
        default:
            guard let group = PointGroup(rawValue: value) else {
                throw Self.usage("--kind is data or config, not \(value)", fix: "write --kind data, or leave it out")
            }
            self.group = group
        }
    }

    /// The one word that the verb takes.
    func onlyWord(_ meaning: String) throws(BackupError) -> String {
        guard words.count == 1 else {
            throw Self.usage(
                "the verb takes one word, \(meaning), and got \(words.count)", fix: "for example latest; see acore-sched backup list")
        }
        return words[0]
    }

    /// A call that cannot be understood.
    static func usage(_ problem: String, fix: String) -> BackupError {
        .refused(JobFailure(problem, in: "arguments", fix: fix, retry: .cannotHelp))
    }
}
