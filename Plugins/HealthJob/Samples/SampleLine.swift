import FoundationEssentials

/// Samples of counters that this boot's earlier runs took, oldest first: rates are taken between now and one of them.
struct SampleLine<Sample: Codable & Sendable>: Codable, Sendable {
    /// A shorter window says little.
    static var shortest: Double { 10 }
    /// Samples nearer to each other than this are no use.
    static var apart: Double { 1 }

    struct Kept: Codable, Sendable {
        /// Seconds since the boot.
        let at: Double
        let sample: Sample
    }

    private(set) var boot = ""
    private(set) var kept: [Kept] = []

    /// The sample that a rate is taken from: the youngest that is old enough.
    func window(in scene: CheckScene) -> Result<SampleWindow<Sample>, SampleGap> {
        let now = scene.bootTime.inSeconds
        guard let last = kept.last else { return .failure(.first) }
        guard boot == scene.bootID, !boot.isEmpty, last.at <= now else { return .failure(.otherBoot) }
        guard let from = kept.last(where: { now - $0.at >= Self.shortest }) else { return .failure(.young(now - kept[0].at)) }
        return .success(SampleWindow(from: from.sample, seconds: now - from.at))
    }

    /// Keeps what was read now, and of the earlier ones those that a later run can start from.
    mutating func add(_ sample: Sample, in scene: CheckScene) {
        let now = scene.bootTime.inSeconds
        if boot != scene.bootID || kept.last.map({ $0.at > now }) == true { kept = [] }
        boot = scene.bootID
        if let first = kept.lastIndex(where: { now - $0.at >= Self.shortest }) { kept.removeFirst(first) }
        if let last = kept.last, now - last.at < Self.apart { return }
        kept.append(Kept(at: now, sample: sample))
    }

    /// Forgets the earlier samples: a counter went back, and no rate across that means anything.
    mutating func beginAnew(with sample: Sample, in scene: CheckScene) {
        kept = []
        add(sample, in: scene)
    }
}

/// From where, and over how many seconds.
struct SampleWindow<Sample: Sendable>: Sendable {
    let from: Sample
    let seconds: Double
}

/// Why there is no rate.
enum SampleGap: Error, Hashable {
    case first
    case otherBoot
    /// The oldest sample is only so many seconds old.
    case young(Double)
    /// This counter is lower than before.
    case backwards(String)

    var reason: String {
        switch self {
        case .first: "first look: a rate needs a second one, at least 10 s later"
        case .otherBoot: "first look since the machine started: a rate needs a second one, at least 10 s later"
        case .young(let seconds): "the look before is only \(seconds.text(places: 1)) s old: a rate needs 10 s"
        case .backwards(let counter): "\(counter) went backwards: the samples begin anew"
        }
    }
}
