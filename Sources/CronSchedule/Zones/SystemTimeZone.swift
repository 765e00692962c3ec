/// A time zone of the system's tz data.
///
/// Reading one takes a file read and about 0.1 ms; nothing is kept between calls: whoever evaluates many jobs keeps the values.
/// A copy costs a reference.
public struct SystemTimeZone: TimeZoneRules, Hashable {
    /// The name it was asked for by, for example `Europe/Berlin`.
    public let identifier: String
    private let table: ZoneTable

    /// Coordinated universal time; needs no tz data.
    public static let utc = SystemTimeZone(identifier: "UTC", table: ZoneTable(initial: 0, changes: []))
    /// Where Debian keeps the tz data.
    public static let defaultDirectory = "/usr/share/zoneinfo"
    /// Longest name that is looked up, in bytes.
    public static let maximumNameLength = 64
    /// Largest file that is read, in bytes; real ones are below 4 KiB.
    public static let maximumFileSize = 262_144

    init(identifier: String, table: ZoneTable) {
        self.identifier = identifier
        self.table = table
    }

    /// A zone with a fixed offset or the rule of a POSIX `TZ` value, for example `CET-1CEST,M3.5.0,M10.5.0/3`; nil when it is none.
    public init?(posixRule text: String) {
        guard text.utf8.count <= 256, let rule = PosixZoneRuleReader.read(text.utf8) else { return nil }
        let changes = rule.changes(in: 1_900...TZifReader.lastYearSpelledOut)
        self.init(identifier: text, table: ZoneTable(initial: rule.standard, changes: changes))
    }

    /// The zone of a compiled TZif file's bytes.
    public init(identifier: String, compiledZone bytes: [UInt8]) throws(TimeZoneError) {
        do {
            self.init(identifier: identifier, table: try TZifReader.table(in: bytes))
        } catch {
            throw TimeZoneError(message: "the zone file of \(identifier) \(error.problem)", fix: "reinstall the package tzdata")
        }
    }

    /// The zone called `name` in the tz data.
    ///
    /// `UTC` and `Etc/UTC` are known without tz data. Names that could lead out of the directory are refused before a file is touched.
    /// - Parameter directory: nil means `$TZDIR`, else ``defaultDirectory``.
    /// - Throws: an error that names the nearest zone when the name is unknown.
    public static func named(_ name: String, directory: String? = nil) throws(TimeZoneError) -> SystemTimeZone {
        if name == "UTC" { return utc }
        if name == "Etc/UTC" { return SystemTimeZone(identifier: name, table: utc.table) }
        let directory = directory ?? ZoneFiles.environment("TZDIR") ?? defaultDirectory
        guard isPlainName(name) else {
            throw TimeZoneError(
                message: "\(quoted(name)) is not a time zone name", fix: "write a name of the tz database such as Europe/Berlin, or UTC")
        }
        switch ZoneFiles.read("\(directory)/\(name)", limit: maximumFileSize) {
        case .bytes(let bytes): return try SystemTimeZone(identifier: name, compiledZone: bytes)
        case .missing: throw unknown(name, directory: directory)
        case .failed(let reason):
            throw TimeZoneError(message: "cannot read \(directory)/\(name): \(reason)", fix: "make the tz data readable for this user")
        }
    }

    /// The stretch of constant offset that contains a moment, found through an index in constant time.
    public func period(containing seconds: Int64) -> ZonePeriod { table.period(containing: seconds) }

    /// Letters, digits, `+`, `-`, `_` in parts joined by single slashes; hence no `..`, no absolute path, no hidden file.
    static func isPlainName(_ name: String) -> Bool {
        guard (1...maximumNameLength).contains(name.utf8.count) else { return false }
        var partIsEmpty = true
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "/"):
                if partIsEmpty { return false }
                partIsEmpty = true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                partIsEmpty = false
            case _: return false
            }
        }
        return !partIsEmpty
    }

    private static func unknown(_ name: String, directory: String) -> TimeZoneError {
        let known = ZoneFiles.names(in: directory)
        guard !known.isEmpty else {
            return TimeZoneError(message: "there is no time zone data in \(directory)", fix: "install the package tzdata, or set TZDIR")
        }
        let fix = Spelling.nearest(to: name, in: known).map { "did you mean \($0)?" }
        return TimeZoneError(
            message: "\(quoted(name)) is not in the time zone data of \(directory)",
            fix: fix ?? "write a name of the tz database such as Europe/Berlin, or UTC")
    }

    private static func quoted(_ name: String) -> String { Spelling.shown(name) }
}
