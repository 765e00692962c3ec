import CronSchedule
import Foundation
import Testing

@Suite struct ZoneTests {
    @Test(arguments: [
        ("Europe/Berlin", "2027-07-01T00:00:00Z", 7_200), ("Europe/Berlin", "2027-01-01T00:00:00Z", 3_600),
        ("Europe/Berlin", "2190-07-01T00:00:00Z", 7_200), ("Europe/Berlin", "1880-01-01T00:00:00Z", 3_208),
        ("Europe/Berlin", "1945-06-01T00:00:00Z", 10_800), ("America/St_Johns", "2027-01-01T00:00:00Z", -12_600),
        ("Asia/Kathmandu", "2027-01-01T00:00:00Z", 20_700), ("Pacific/Kiritimati", "2027-01-01T00:00:00Z", 50_400),
        ("UTC", "2027-01-01T00:00:00Z", 0),
        ("Etc/UTC", "2027-01-01T00:00:00Z", 0), ("Etc/GMT+12", "2027-01-01T00:00:00Z", -43_200),
    ])
    func knowsTheOffset(name: String, at: String, offset: Int) throws {
        #expect(try zone(name).offset(at: instant(at)) == offset)
        #expect(try zone(name).identifier == name)
    }

    @Test func transitionsAreFoundBothWays() throws {
        let berlin = try zone("Europe/Berlin")
        let spring = try #require(berlin.transition(after: instant("2027-01-01T00:00:00Z")))
        #expect(spring == ZoneTransition(at: try instant("2027-03-28T01:00:00Z").seconds, from: 3_600, to: 7_200))
        #expect(spring.leap == 3_600)
        #expect(berlin.transition(after: spring.instant)?.instant == (try instant("2027-10-31T01:00:00Z")))
        #expect(berlin.transition(atOrBefore: spring.instant) == spring)
        #expect(SystemTimeZone.utc.transition(after: spring.instant) == nil)
        #expect(SystemTimeZone.utc.transition(atOrBefore: spring.instant) == nil)
        #expect(try zone("Asia/Tokyo").transition(after: spring.instant) == nil)
    }

    @Test(arguments: [
        ("Europe/Berln", "Europe/Berln is not in the time zone data of /usr/share/zoneinfo", "did you mean Europe/Berlin?"),
        ("europe/berlin", "europe/berlin is not in the time zone data of /usr/share/zoneinfo", "did you mean Europe/Berlin?"),
        ("utc", "utc is not in the time zone data of /usr/share/zoneinfo", "did you mean UTC?"),
        (
            "Nowhere/At_All", "Nowhere/At_All is not in the time zone data of /usr/share/zoneinfo",
            "write a name of the tz database such as Europe/Berlin, or UTC"
        ),
        ("Europe", "Europe is not in the time zone data of /usr/share/zoneinfo", "did you mean Eire?"),
        ("leapseconds", "the zone file of leapseconds is not a compiled time zone file", "reinstall the package tzdata"),
        ("right/UTC", "the zone file of right/UTC counts leap seconds, which the system's clock does not", "reinstall the package tzdata"),
        ("", " is not a time zone name", "write a name of the tz database such as Europe/Berlin, or UTC"),
    ])
    func unknownNamesAreExplained(name: String, message: String, fix: String) {
        let error = #expect(throws: TimeZoneError.self) { try SystemTimeZone.named(name, directory: "/usr/share/zoneinfo") }
        #expect(error?.message == message)
        if name != "Europe" { #expect(error?.fix == fix) }
    }

    @Test(arguments: [
        "../../etc/passwd", "/etc/passwd", "Europe/../../../etc/passwd", "Europe//Berlin", "Europe/", ".hidden", "Europe/Ber\0lin",
        "zone.tab",
        "Europe/Berlin\n", "Ünder/Way", String(repeating: "A", count: 65),
    ])
    func namesThatLeadElsewhereAreRefused(_ name: String) {
        let error = #expect(throws: TimeZoneError.self) { try SystemTimeZone.named(name) }
        #expect(error?.message.hasSuffix("is not a time zone name") == true)
    }

    @Test func missingDataIsExplained() {
        #expect(
            throws: TimeZoneError(message: "there is no time zone data in /nonexistent", fix: "install the package tzdata, or set TZDIR")
        ) {
            try SystemTimeZone.named("Europe/Berlin", directory: "/nonexistent")
        }
        #expect(throws: Never.self) { try SystemTimeZone.named("UTC", directory: "/nonexistent") }
    }

    @Test func damagedFilesAreRefusedWithoutACrash() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let error = #expect(throws: TimeZoneError.self) {
                try SystemTimeZone(identifier: "cut", compiledZone: Array(bytes.prefix(length)))
            }
            #expect(error?.message.hasPrefix("the zone file of cut is ") == true)
        }
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            var damaged = bytes
            for _ in 0..<3 { damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            let zone: SystemTimeZone
            do { zone = try SystemTimeZone(identifier: "damaged", compiledZone: damaged) } catch { continue }
            // What is accepted answers without a crash; a search ends with a moment, none, or an error of its own.
            do { _ = try CronSchedule("30 2 * * *").next(after: Instant(seconds: 1_800_000_000), in: zone) } catch is CronSearchError {}
        }
    }

    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2027-03-28T01:00:00Z", 3_600, 7_200),
        ("EST5EDT,M3.2.0,M11.1.0", "2027-03-14T07:00:00Z", -18_000, -14_400),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2027-03-28T01:00:00Z", -7_200, -3_600),
        ("IST-2IDT,M3.4.4/26,M10.5.0", "2027-03-26T00:00:00Z", 7_200, 10_800),
        ("AAA0BBB,J60/0,J300/0", "2028-03-01T00:00:00Z", 0, 3_600), ("AAA0BBB,59/0,299/0", "2028-02-29T00:00:00Z", 0, 3_600),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2027-10-31T01:00:00Z", 3_600, 0),
    ])
    func readsTheRuleOfAFooter(text: String, at: String, before: Int, after: Int) throws {
        let zone = try #require(SystemTimeZone(posixRule: text))
        let moment = try instant(at)
        #expect(zone.offset(at: Instant(seconds: moment.seconds - 1)) == before)
        #expect(zone.offset(at: moment) == after)
    }

    @Test(arguments: [
        "", "C", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1x", "CET-25",
        "<+01-1", "CET-1CEST,J0,J10", "CET-1CEST,366,1", "CET-1CEST,M3.5.0/168,M10.5.0", "Europe/Berlin",
    ])
    func refusesWhatIsNoRule(_ text: String) { #expect(SystemTimeZone(posixRule: text) == nil) }

    @Test func savingTimeThatLastsAllYearIsOneOffset() throws {
        let zone = try #require(SystemTimeZone(posixRule: "XXX3EDT4,0/0,J365/23"))
        #expect(zone.offset(at: try instant("2027-06-01T00:00:00Z")) == -14_400)
        #expect(zone.offset(at: try instant("2027-12-31T23:30:00-04:00")) == -14_400)
        let change = try zone.transition(after: instant("2027-06-01T00:00:00Z"))
        #expect(try change.map { try $0.instant > instant("2200-01-01T00:00:00Z") } ?? true)
    }

    @Test func theMachinesZoneIsFoundInTheOrderOfTheCLibrary() throws {
        let etc = FileManager.default.temporaryDirectory.appending(path: "cron-zones-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: etc, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(at: etc) } catch { Issue.record(error) } }
        let found = { (tz: String?) throws -> String in try SystemTimeZone.machine(tz: tz, etc: etc.path()).identifier }
        #expect(try found("Europe/Berlin") == "Europe/Berlin")
        #expect(try found(":Europe/Berlin") == "Europe/Berlin")
        #expect(try found("/usr/share/zoneinfo/Europe/Berlin") == "Europe/Berlin")
        #expect(try found("CET-1CEST,M3.5.0,M10.5.0/3") == "CET-1CEST,M3.5.0,M10.5.0/3")
        #expect(try found("") == "UTC")
        #expect(
            throws: TimeZoneError(
                message: "the environment variable TZ: Europe/Berln is not in the time zone data of /usr/share/zoneinfo",
                fix: "did you mean Europe/Berlin?")
        ) {
            try SystemTimeZone.machine(tz: "Europe/Berln", directory: "/usr/share/zoneinfo")
        }
        guard ProcessInfo.processInfo.environment["TZ"] == nil else { return }
        #expect(try found(nil) == "UTC", "nothing is configured")
        try FileManager.default.copyItem(
            at: URL(filePath: "/usr/share/zoneinfo/Asia/Tokyo").resolvingSymlinksInPath(), to: etc.appending(path: "localtime"))
        #expect(try found(nil) == "localtime")
        try Data("America/New_York\n".utf8).write(to: etc.appending(path: "timezone"))
        #expect(try found(nil) == "America/New_York")
        try FileManager.default.removeItem(at: etc.appending(path: "localtime"))
        try FileManager.default.createSymbolicLink(
            at: etc.appending(path: "localtime"), withDestinationURL: URL(filePath: "/usr/share/zoneinfo/Australia/Lord_Howe"))
        #expect(try found(nil) == "Australia/Lord_Howe")
    }

    @Test func everyZoneOfTheSystemIsRead() throws {
        let root = "/usr/share/zoneinfo"
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).filter { name in
            var isFolder: ObjCBool = false
            return name.first?.isUppercase == true && !name.contains(".")
                && FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder) && !isFolder.boolValue
        }
        #expect(names.count > 300)
        for name in names { #expect(throws: Never.self) { try SystemTimeZone.named(name, directory: root) } }
    }
}
