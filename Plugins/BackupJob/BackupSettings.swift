import FileTree
package import JobKit

/// The settings of a backup.
package struct BackupSettings: JobSettings {
    /// Which kind of point a run makes.
    package enum PointType: String, CaseIterable, Sendable {
        /// Everything, in one archive that needs no other.
        case full
        /// What has changed since the newest point of the set.
        case incremental
        /// Everything that the newest point of the set has, made of its archives alone, as a full point.
        case synthetic
        /// The sources that hold settings, kept beside the data and counted apart.
        case configOnly = "config_only"

        /// Where in a set its points lie.
        var group: PointGroup { self == .configOnly ? .config : .data }
    }

    /// What an incremental run begins a new chain with when the newest one is long enough.
    package enum Renewal: String, CaseIterable, Sendable {
        case full
        /// One made of the archives, and the increment on it.
        case synthetic
    }

    /// What a run of the job does: it makes a point, or looks at the newest one.
    private enum Work: String, CaseIterable {
        case full
        case incremental
        case synthetic
        case configOnly = "config_only"
        case drill

        var type: PointType? { PointType(rawValue: rawValue) }
    }

    /// A tree to store, under a name that becomes its folder in the archive.
    package struct Source: Sendable, Hashable {
        /// Letters, digits, `.`, `_` and `-`.
        package let name: String
        /// Absolute.
        package let path: String
    }

    private(set) package var type: PointType
    /// Whether a run makes no point, but restores the newest one to a scratch folder and checks it.
    package let isDrill: Bool
    /// The set that points belong to; nil for the job's name.
    package let set: String?
    package let repository: String
    /// Those that a point of the type stores.
    package var sources: [Source] { type == .configOnly ? allSources.filter { configSources.contains($0.name) } : allSources }
    private let allSources: [Source]
    private let configSources: [String]
    package let exclude: [String]
    package let growing: [String]
    /// Patterns of files that may change while they are read.
    package let mayChange: [String]
    package let compressionLevel: Int
    /// 0 for as many as there are cores.
    package let threads: Int
    package let oneFileSystem: Bool
    package let excludeCaches: Bool
    package let largerThan: ByteCount?
    package let retries: Int
    /// Bytes a second; nil for as fast as it goes.
    package let readRate: ByteCount?
    package let chainLength: Int
    package let renewal: Renewal
    /// 0 for never.
    package let rereadAfter: Int
    /// Nil when nothing is ever removed.
    private(set) package var keep: RetentionRules?
    private(set) var encryption: EncryptionSettings
    /// Places that get a copy of the repository after each run.
    package let copies: [CopySettings]
    package let restoring: RestoreSettings

    // long: a line for each setting.
    package init(from section: inout SettingsSection) {
        (type, isDrill) = Self.work(&section)
        set = section.optionalText("set", form: .name, help: "Points of one set are kept and restored together; without it the job's name.")
        repository = section.requiredText(
            "repository", form: .absolutePath, help: "Folder for the archives; made when its parent exists.")
        let all = section.textMap(
            "sources", of: .absolutePath,
            help: "What to store: a name, which becomes the folder in the archive, and an absolute path each."
        ).map { Source(name: $0.name, path: $0.value) }.sorted { PathBytes($0.name) < PathBytes($1.name) }
        let configSources = section.textList(
            "config_sources", default: ["config"], help: "Names of the sources that a config_only point stores.")
        exclude = section.textList(
            "exclude", help: "Patterns as in .gitignore, relative to each source; the last one that fits decides, ! takes back in.")
        growing = section.textList(
            "growing", default: ["*.log"],
            help: "Patterns of files that programs only append to: what was there at the start is stored, and growing is no warning.")
        mayChange = section.textList(
            "may_change",
            help:
                "Patterns of files that may change while they are read: stored as they were read last, marked in the list, and no warning.")
        compressionLevel = section.integer("compression_level", in: 1...19, default: 3, help: "zstd's level; higher is smaller and slower.")
        threads = section.integer("threads", in: 0...64, default: 0, help: "Threads that compress; 0 takes one a core.")
        oneFileSystem = section.flag("one_file_system", default: false, help: "Leave out what is mounted inside a source.")
        excludeCaches = section.flag("exclude_caches", default: false, help: "Leave out folders that hold a valid CACHEDIR.TAG.")
        largerThan = section.optionalBytes(
            "larger_than", in: ByteCount(1)...ByteCount(.max), help: "Leave out files larger than this; each is named in the log.")
        retries = section.integer(
            "retries", in: 0...10, default: 2, help: "How often a file that changes while it is read is read again, before it is named.")
        readRate = section.optionalBytes(
            "read_rate", in: ByteCount(65_536)...ByteCount(1 << 50),
            help: "Bytes a second that are read from the sources at most, for example 50M; a database is copied at once.")
        chainLength = section.integer(
            "chain_length", in: 1...1000, default: 31,
            help: "Points of a chain, its full point included; an incremental run after them begins a new one.")
        renewal = section.choice(
            "renew", default: Renewal.full,
            help:
                "What an incremental run begins a new chain with after that: full, or synthetic, made of the archives, and the increment on it."
        )
        rereadAfter = section.integer(
            "reread_after", in: 0...1000, default: 30,
            help: "Each increment reads this share of the files that look unchanged, 30 for one in 30, and compares; 0 for none.")
        keep = section.section(
            "keep",
            help: "Which points stay when a good one was made; what any of these rules keeps is kept. Without it nothing is removed."
        ) { RetentionRules(from: &$0) }
        encryption = EncryptionSettings(from: &section)
        copies = CopySettings.all(in: &section)
        (allSources, self.configSources) = (all, configSources)
        restoring = RestoreSettings(from: &section)
        check(&section, all, configSources)
        CopySettings.check(copies, repository: repository, sources: all, in: &section)
    }

    /// The same for points of another type.
    /// - Parameter identity: the file of secret keys; nil for that of the settings.
    func making(_ type: PointType, identity: String? = nil) -> BackupSettings {
        var settings = self
        if let identity { settings.encryption.identityFile = identity }
        settings.type = type
        // The rules are those for the points of the job's own kind.
        if type.group != self.type.group { settings.keep = nil }
        return settings
    }

    private static func work(_ section: inout SettingsSection) -> (PointType, isDrill: Bool) {
        let work = section.choice(
            "type", default: Work.full,
            help:
                "full stores everything, incremental what has changed since the newest point, synthetic a full point made of its archives alone, "
                + "config_only the sources of config_sources; "
                + "drill stores nothing: it restores the newest point to a scratch folder and checks it.")
        return (work.type ?? .full, work == .drill)
    }

    /// Rules that a type cannot tell.
    private func check(_ section: inout SettingsSection, _ all: [Source], _ configSources: [String]) {
        checkSources(&section, all, configSources)
        if let keep, keep.isEmpty {
            section.report(
                .error, at: "keep", part: .key, problem: "with.keep has no rule that keeps points",
                fix: "add for example last: 30, or days: 30; without keep: nothing is ever removed")
        }
        if let set, !Self.isSetName(set) {
            section.report(
                .error, at: "set", problem: "with.set must be lower-case letters, digits, _ and -, not \"\(set)\"",
                fix: "write such a name, for example \(Self.setName(from: set))")
        }
        for (name, patterns) in [("exclude", exclude), ("growing", growing), ("may_change", mayChange)] {
            do throws(ExcludeRulesError) {
                _ = try ExcludeRules(patterns)
            } catch {
                section.report(.error, at: name, problem: "with.\(name): \(error)", fix: "correct or remove that pattern")
            }
        }
    }

    private func checkSources(_ section: inout SettingsSection, _ all: [Source], _ configSources: [String]) {
        if section.contains("sources"), !all.isEmpty, sources.isEmpty {
            section.report(
                .error, at: "config_sources",
                problem: "with.config_sources names none of the sources (\(all.map(\.name).joined(separator: ", ")))",
                fix: "name the sources that hold settings, for example config_sources: [\(all[0].name)]")
        }
        if !section.contains("sources"), !isDrill {
            section.report(
                .error, at: "sources", problem: "with lacks sources",
                fix:
                    "add sources: {NAME: /path} (What to store: a name, which becomes the folder in the archive, and an absolute path each.)"
            )
        }
        if section.contains("sources"), all.isEmpty {
            section.report(
                .error, at: "sources", problem: "with.sources names nothing to store", fix: "add a line such as data: /var/lib/bot")
        }
        for source in all where !Self.isSourceName(source.name) {
            section.report(
                .error, at: "sources", problem: "with.sources has the name \"\(source.name)\", which cannot be a folder in the archive",
                fix: "use letters, digits, '.', '_' and '-', not beginning with '.' or '-'")
        }
    }

    private static func isSourceName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-"), name.utf8.count <= 64 else {
            return false
        }
        return name.utf8.allSatisfy { isSetByte($0) || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || $0 == UInt8(ascii: ".") }
    }

    /// Whether a text may name a set: it becomes a folder of the repository.
    static func isSetName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy(isSetByte)
    }

    /// The nearest name for a set: upper case becomes lower case, other characters `_`.
    static func setName(from text: String) -> String {
        let bytes = text.lowercased().utf8.prefix(64).map { isSetByte($0) ? $0 : UInt8(ascii: "_") }
        return bytes.isEmpty ? "backup" : String(decoding: bytes, as: UTF8.self)
    }

    private static func isSetByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        case _: false
        }
    }
}
