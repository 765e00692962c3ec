import FoundationEssentials

/// How full a disk was over the last hours: a line through that tells when it will be full.
struct FillTrend: Codable, Sendable {
    /// Samples older than this say nothing of now.
    static let reach = 6.0 * 3600
    /// Samples nearer to each other than this are no use.
    static let apart = 300.0
    /// A line through less time than this says nothing.
    static let shortest = 3600.0

    struct Point: Codable, Sendable, Hashable {
        /// Seconds since the boot.
        let at: Double
        let used: UInt64
    }

    /// What the line says.
    struct Line: Sendable, Hashable {
        let bytesPerSecond: Double
        let points: Int
        let seconds: Double
    }

    private(set) var boot = ""
    private(set) var points: [Point] = []

    mutating func add(_ used: UInt64, in scene: CheckScene) {
        let now = scene.bootTime.inSeconds
        if boot != scene.bootID || points.last.map({ $0.at > now }) == true { points = [] }
        boot = scene.bootID
        points.removeAll { now - $0.at > Self.reach }
        if let last = points.last, now - last.at < Self.apart { return }
        points.append(Point(at: now, used: used))
    }

    /// By least squares, what is measured now included; nil while the points are too few or too near.
    func line(with used: UInt64, in scene: CheckScene) -> Line? {
        let now = scene.bootTime.inSeconds
        guard boot == scene.bootID, !boot.isEmpty else { return nil }
        return Self.line(through: points.filter { $0.at < now && now - $0.at <= Self.reach } + [Point(at: now, used: used)])
    }

    static func line(through points: [Point]) -> Line? {
        guard let first = points.first, let last = points.last, last.at - first.at >= shortest else { return nil }
        let count = Double(points.count)
        let times = points.map { $0.at - first.at }
        // Differences to the first one: bytes of a large disk squared leave no digits for what changed.
        let sizes = points.map { Double(Int64(clamping: $0.used) - Int64(clamping: first.used)) }
        let (meanTime, meanSize) = (times.reduce(0, +) / count, sizes.reduce(0, +) / count)
        let spread = times.reduce(0) { $0 + ($1 - meanTime) * ($1 - meanTime) }
        let common = zip(times, sizes).reduce(0) { $0 + ($1.0 - meanTime) * ($1.1 - meanSize) }
        return Line(bytesPerSecond: common / spread, points: points.count, seconds: last.at - first.at)
    }
}
