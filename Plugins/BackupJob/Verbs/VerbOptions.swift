import JobKit

/// The words after a verb.
struct VerbOptions {
    /// Words that are no options.
    private(set) var words: [String] = []
    private(set) var paths: [String] = []
    private(set) var destination: String?
    /// What `--kind` says; nil without it: the points of the job's type are meant.
    private(set) var givenGroup: PointGroup?
    /// The file of secret keys.
    private(set) var identity: String?
    /// Another repository than the job's.
    private(set) var repository: String?
    private(set) var json = false
    private(set) var inPlace = false
    private(set) var purge = false
    /// Of the files' contents, how much to read, in percent.
    private(set) var share = 100
    private(set) var isForced = false
    /// What a pin is for.
    private(set) var reason = ""

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
        switch option {
        case "--json": return json = true
        case "--quick": return share = 0
        case "--full": return share = 100
        case "--force": return isForced = true
        case "--in-place": return inPlace = true
        case "--purge": return purge = true
        case _: break
        }
        guard let value = given ?? rest.popFirst() else { throw Self.usage("\(option) lacks its value", fix: "write \(option) VALUE") }
        switch option {
        case "--path": paths.append(value)
        case "--to": destination = value
        case "--reason":
            guard value.utf8.count <= Pin.reasonLimit, value.allSatisfy({ !$0.isNewline }) else {
                throw Self.usage("--reason is one line of at most \(Pin.reasonLimit) bytes", fix: "write a shorter one")
            }
            reason = value
        case "--identity":
            guard value.hasPrefix("/") else {
                throw Self.usage(
                    "--identity is the whole path of a file, not \(value)", fix: "write --identity /path/of/the/file, or ./file")
            }
            identity = value
        case "--from": repository = value
        case "--sample":
            guard value.hasSuffix("%"), let percent = Int(value.dropLast()), (1...100).contains(percent) else {
                throw Self.usage("--sample is a share from 1% to 100%, not \(value)", fix: "write for example --sample 10%")
            }
            share = percent
        default:
            guard let group = PointGroup(rawValue: value) else {
                throw Self.usage("--kind is data or config, not \(value)", fix: "write --kind data, or leave it out")
            }
            givenGroup = group
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
