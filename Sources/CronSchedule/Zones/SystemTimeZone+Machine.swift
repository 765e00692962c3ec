extension SystemTimeZone {
    /// The zone this machine keeps its wall clock in.
    ///
    /// In this order: `TZ` (a name, `:name`, a path into the tz data, or a POSIX rule), the target of `/etc/localtime`, the name in
    /// `/etc/timezone`, the rules in a copied `/etc/localtime`, UTC.
    /// - Parameters:
    ///   - tz: the value of `TZ`; nil asks the environment, an empty text means UTC as for the C library.
    ///   - directory: nil means `$TZDIR`, else ``defaultDirectory``.
    ///   - etc: the folder with `localtime` and `timezone`.
    /// - Throws: when `TZ` is set to something that is no zone.
    public static func machine(tz: String? = nil, directory: String? = nil, etc: String = "/etc") throws(TimeZoneError) -> SystemTimeZone {
        if let value = tz ?? ZoneFiles.environment("TZ") { return try fromEnvironment(value, directory: directory) }
        if let target = ZoneFiles.resolved("\(etc)/localtime"), let name = name(inPath: target) {
            return try named(name, directory: directory)
        }
        if case .bytes(let bytes) = ZoneFiles.read("\(etc)/timezone", limit: 1_024) {
            let name = String(decoding: bytes.prefix { $0 > 32 }, as: UTF8.self)
            if !name.isEmpty { return try named(name, directory: directory) }
        }
        if case .bytes(let bytes) = ZoneFiles.read("\(etc)/localtime", limit: maximumFileSize) {
            return try SystemTimeZone(identifier: "localtime", compiledZone: bytes)
        }
        return utc
    }

    private static func fromEnvironment(_ value: String, directory: String?) throws(TimeZoneError) -> SystemTimeZone {
        let text = value.hasPrefix(":") ? String(value.dropFirst()) : value
        if text.isEmpty { return utc }
        if text.hasPrefix("/") {
            if let name = name(inPath: text) { return try named(name, directory: directory) }
        } else if let zone = SystemTimeZone(posixRule: text) {
            return zone
        }
        do {
            return try named(text, directory: directory)
        } catch {
            throw TimeZoneError(message: "the environment variable TZ: \(error.message)", fix: error.fix)
        }
    }

    /// `Europe/Berlin` of `/usr/share/zoneinfo/Europe/Berlin`.
    private static func name(inPath path: String) -> String? {
        var rest = path[...]
        while let slash = rest.firstIndex(of: "/") {
            rest = rest[rest.index(after: slash)...]
            if rest.hasPrefix("zoneinfo/") {
                let name = String(rest.dropFirst("zoneinfo/".count))
                return isPlainName(name) ? name : nil
            }
        }
        return nil
    }
}
