/// Something that several jobs of a kind work on together, for example the points of a set, and what they have to say alike of it.
public struct SharedSettings: Sendable, Hashable, Codable {
    /// What it is, with its article, for messages: `a set of points`.
    public var name: String
    /// Settings that name it; jobs in which all of them are the same share it.
    public var key: [String]
    /// The setting of the key that is the job's name where it is left out; nil when none is.
    public var named: String?
    /// Only jobs in which these settings have one of these words share it.
    public var `where`: [String: [String]]
    /// Settings that have to be the same in all of those jobs.
    public var same: [String]

    /// What is shared, and by whom.
    public init(name: String, key: [String], named: String? = nil, where: [String: [String]] = [:], same: [String]) {
        self.name = name
        self.key = key
        self.named = named
        self.where = `where`
        self.same = same
    }

    /// Reads one; what is left out of `where` is no condition.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        key = try container.decode([String].self, forKey: .key)
        named = try container.decodeIfPresent(String.self, forKey: .named)
        self.where = try container.decodeIfPresent([String: [String]].self, forKey: .where) ?? [:]
        same = try container.decode([String].self, forKey: .same)
    }
}
