/// What an alert is about, the same for each incident of one cause: `JOB/CHECK/TARGET`, or `JOB/failure` and the like.
package struct AlertKey: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// What the daemon itself finds out about a job.
    package enum Aspect: String, Sendable, Hashable, Codable, CaseIterable {
        /// A run ended badly.
        case failure
        /// A run started late, or waits longer than it should.
        case late
        /// A slot was claimed, and its run ended without a start.
        case neverStarted = "never_started"
        /// A slot passed while nobody could start it.
        case missed
        /// A run goes on longer than it should.
        case slow
        /// A run took far longer or shorter than those before.
        case duration
    }

    /// Bytes of a target that are kept, and of a check's name.
    package static let textBound = 200
    /// The name under which the daemon speaks of itself; no job can have it.
    package static let ownJob = "acore-sched:"
    private static let channelWord = "channel"
    private static let checksWord = "checks"

    package var job: String
    /// The name of a check, or of an ``Aspect``.
    package var name: String
    package var target: String?
    /// Whether a run reported it as a check.
    package var isCheck: Bool

    package init(job: String, check: String, target: String?) {
        self.job = job
        name = check.withoutZeros.cut(to: Self.textBound)
        self.target = target?.withoutZeros.cut(to: Self.textBound)
        isCheck = true
    }

    package init(job: String, _ aspect: Aspect) {
        self.job = job
        name = aspect.rawValue
        isCheck = false
    }

    /// A channel that cannot be told.
    package init(channel: String) {
        job = Self.ownJob
        name = Self.channelWord
        target = channel
        isCheck = false
    }

    /// A job of whose checks not all are followed.
    init(crowded job: String) {
        self.job = Self.ownJob
        name = Self.checksWord
        target = job
        isCheck = false
    }

    /// The channel that it is about; nil for any other key.
    var channel: String? { job == Self.ownJob && name == Self.channelWord ? target : nil }

    /// The job that it is about as a whole, of whose checks not all are followed; nil for any other key.
    var crowdedJob: String? { job == Self.ownJob && name == Self.checksWord ? target : nil }

    /// What the daemon found out; nil for a check.
    package var aspect: Aspect? { isCheck ? nil : Aspect(rawValue: name) }

    /// No other key has it: a `/` in the name of a check is written as `%2F`, and a check that is named as an ``Aspect`` and has no
    /// target ends with `/`.
    package var text: String {
        let word = name.utf8.contains(UInt8(ascii: "/")) ? name.replacing("/", with: "%2F") : name
        if let target { return "\(job)/\(word)/\(target)" }
        return isCheck && Aspect(rawValue: name) != nil ? "\(job)/\(word)/" : "\(job)/\(word)"
    }

    package var description: String { text }

    package static func < (left: AlertKey, right: AlertKey) -> Bool { left.text < right.text }
}

extension String {
    /// As it can be stored, so that what is equal here is equal there.
    fileprivate var withoutZeros: String { utf8.contains(0) ? String(map { $0 == "\u{0}" ? "\u{2400}" : $0 }) : self }

    /// As many whole characters as fit into `bound` bytes.
    package func cut(to bound: Int) -> String {
        guard utf8.count > bound else { return self }
        var end = startIndex
        var bytes = 0
        for index in indices {
            bytes += self[index].utf8.count
            guard bytes <= bound - 3 else { break }
            end = self.index(after: index)
        }
        return self[..<end] + "…"
    }
}
