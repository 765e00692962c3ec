import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Disks: the numbers of df, device by device.
@Suite struct DiskTests {
    /// Mounting needs root.
    static let isRoot = geteuid() == 0

    private let site: Site

    init() throws { site = try Site() }

    private func look(_ settings: String, at moment: Double = 1000, boot: String = "one", _ memory: inout DiskSpace.Memory?) throws
        -> [WireEvent.Check]
    {
        try check(DiskSpace.self, settings).look(site.scene(at: moment, boot: boot, root: ""), memory: &memory)
    }

    /// A tmpfs of 1 MiB for one test.
    private func withDisk(_ options: String = "size=1m,nr_inodes=100", _ body: (String) throws -> Void) throws {
        let folder = site.path + "/disk"
        try site.shell("mkdir disk && mount -t tmpfs -o \(options) none disk")
        defer { umount2(folder, Int32(MNT_DETACH)) }
        try body(folder)
    }

    @Test(
        arguments: [
            // What df prints for an ext4 with reserved blocks: 99, where used / total is 90.7.
            (DiskUsage(blocks: 1000, free: 100, available: 10, fragment: 4096, files: 10, freeFiles: 1), 99, 90),
            (DiskUsage(blocks: 1000, free: 1000, available: 950, fragment: 4096, files: 0, freeFiles: 0), 0, nil),
            (DiskUsage(blocks: 1000, free: 999, available: 999, fragment: 4096, files: 3, freeFiles: 2), 1, 34),
            (DiskUsage(blocks: 1000, free: 0, available: 0, fragment: 4096, files: 7, freeFiles: 0), 100, 100),
            // root has used some of what is reserved.
            (DiskUsage(blocks: 1000, free: 10, available: -40, fragment: 4096, files: 7, freeFiles: 7), 105, 0),
            (DiskUsage(blocks: 0, free: 0, available: 0, fragment: 4096, files: 0, freeFiles: 0), nil, nil),
            // Programs that are file systems say anything.
            (DiskUsage(blocks: .max, free: 0, available: .max, fragment: 4096, files: .max, freeFiles: 0), 67, 201),
            (DiskUsage(blocks: 1 << 62, free: 1 << 61, available: 1 << 61, fragment: 1, files: 1 << 62, freeFiles: 1 << 61), 50, 50),
        ] as [(DiskUsage, Int?, Int?)])
    func aShareIsRoundedUpAsDfDoes(_ usage: DiskUsage, _ percent: Int?, _ inodes: Int?) {
        #expect(usage.percent == percent)
        #expect(usage.inodePercent == inodes)
    }

    @Test func realDisksAreThoseOfDf() throws {
        for folder in ["/", "/dev/shm"] {
            // Others write and delete meanwhile: what came and went between the two readings of df is in neither.
            var strange = try differences(to: folder)
            for _ in 0..<100 where !strange.isEmpty { strange = try differences(to: folder) }
            #expect(strange == [])
        }
    }

    /// What lies outside of two readings of df, one before and one after.
    private func differences(to folder: String) throws -> [String] {
        let df = { (columns: String) in
            try site.shell("df --block-size=1 --output=\(columns) \(folder) | tail -n 1").split { $0 == " " || $0 == "\n" }.map(String.init)
        }
        var memory: DiskSpace.Memory?
        var none: NoMemory?
        let before = try df("used,avail,pcent,ipcent")
        let result = try look(#"{"paths": ["\#(folder)"]}"#, &memory)[folder]
        let inodes = try check(Inodes.self, #"{"paths": ["\#(folder)"]}"#).look(site.scene(root: ""), memory: &none)[folder]
        let after = try df("used,avail,pcent,ipcent")
        #expect(try result.input("disk_total_bytes") == df("size")[0])
        #expect(try inodes.input("f_files") == df("itotal")[0])
        let values = [
            try result.input("disk_used_bytes"), try result.input("disk_available_bytes"),
            try #require(result.value).text(places: 0), try #require(inodes.value).text(places: 0),
        ]
        return try values.enumerated().compactMap { column, value in
            let bounds = [before, after].compactMap { Int64($0[column].filter(\.isNumber)) }.sorted()
            let mine = try #require(Int64(value))
            return mine >= bounds[0] && mine <= bounds[1] ? nil : "\(folder), column \(column): \(mine) in \(bounds)"
        }
    }

    @Test(.enabled(if: isRoot, "mounting needs root"))
    func aFullDiskIsCriticalInBytesAndInodes() throws {
        try withDisk { folder in
            var memory: DiskSpace.Memory?
            var none: NoMemory?
            let settings = #"{"paths": ["\#(folder)"]}"#
            #expect(try look(settings, &memory)[folder].told == "ok 0 %")
            try site.shell("head -c 970000 /dev/zero >disk/file")
            let percent = try site.shell("df --output=pcent disk | tail -n 1").filter(\.isNumber)
            #expect(try look(settings, &memory)[folder].told == "warning \(percent) %")
            try site.shell("cat /dev/zero >disk/file 2>/dev/null || true")
            #expect(try look(settings, &memory)[folder].told == "critical 100 %")
            let inodes = try check(Inodes.self, settings)
            #expect(inodes.look(site.scene(root: ""), memory: &none).map(\.state) == [.ok])
            try site.shell("i=0; while touch disk/$i 2>/dev/null; do i=$((i+1)); done")
            #expect(try inodes.look(site.scene(root: ""), memory: &none)[folder].told == "critical 100 %")
        }
    }

    @Test(.enabled(if: isRoot, "mounting needs root"))
    func aDiskThatCannotBeWrittenIsCritical() throws {
        try withDisk { folder in
            var memory: DiskSpace.Memory?
            let settings = #"{"paths": ["\#(folder)"]}"#
            #expect(try look(settings, &memory)[folder].state == .ok)
            try site.shell("mount -o remount,ro disk")
            let result = try look(settings, &memory)[folder]
            #expect(result.state == .critical)
            #expect(result.reason == "\(folder) is mounted read-only, and was writable before")
            #expect(try result.input("read_only") == "yes")
            #expect(try look(#"{"paths": ["\#(folder)"], "read_only": "ignore"}"#, &memory)[folder].state == .ok)
            var fresh: DiskSpace.Memory?
            #expect(try look(settings, &fresh)[folder].reason == "\(folder) is mounted read-only")
        }
    }

    @Test(.enabled(if: isRoot, "mounting needs root"))
    func aViewThatIsReadOnlyForThisJobAloneIsNoFault() throws {
        try withDisk { folder in
            // As ProtectSystem=strict does it.
            try site.shell("mkdir view && mount --bind disk view && mount -o remount,bind,ro view")
            defer { umount2(site.path + "/view", Int32(MNT_DETACH)) }
            var memory: DiskSpace.Memory?
            let result = try look(#"{"paths": ["\#(site.path)/view"]}"#, &memory)["\(site.path)/view"]
            #expect(result.state == .ok)
            #expect(try result.input("read_only") == "only for this job")
            let both = try look(#"{"paths": ["\#(folder)", "\#(site.path)/view"]}"#, &memory)
            #expect(both.map(\.target) == [folder], "each device once")
            #expect(try both[0].input("same_device") == "\(site.path)/view")
        }
    }

    @Test func everyDiskThatIsMountedIsFound() throws {
        var memory: DiskSpace.Memory?
        let found = try look("{}", &memory).compactMap(\.target)
        #expect(found.contains("/"))
        #expect(!found.contains { $0.hasPrefix("/proc") || $0.hasPrefix("/sys") || $0.hasPrefix("/dev") }, "\(found)")
        #expect(Set(found).count == found.count)
    }

    @Test func aPathThatIsNotThereIsUnknownAlone() throws {
        var memory: DiskSpace.Memory?
        let results = try look(#"{"paths": ["/", "/no/such/path"]}"#, &memory)
        #expect(try results["/"].state != .unknown)
        #expect(try results["/no/such/path"].reason == "/no/such/path cannot be read: No such file or directory")
    }

    @Test func mountsMayHaveThresholdsOfTheirOwn() throws {
        var memory: DiskSpace.Memory?
        let result = try look(#"{"warning": 50, "mounts": {"/": {"warning": 99.5}}}"#, &memory)["/"]
        #expect((result.warning, result.critical) == (99.5, 99.75))
    }

    @Test func aMountHasItsOwnThresholdsAlsoBesideOthersOfItsDevice() throws {
        var memory: DiskSpace.Memory?
        let folders = ["a", "b", "c", "d"].map { "\(site.path)/\($0)" }
        try site.shell("mkdir a b c d")
        let own = #""mounts": {"\#(folders[2])": {"warning": 0, "critical": 100}, "\#(folders[3])": {"warning": 1}}"#
        let results = try look(#"{"warning": 99.5, "paths": ["\#(folders[0])", "\#(folders[1])"], \#(own)}"#, &memory)
        #expect(results.map(\.target) == [folders[0], folders[2], folders[3]], "each device once, and each of mounts")
        #expect(results.map(\.warning) == [99.5, 0, 1])
        #expect(results[1].state == .warning)
    }

    @Test func disksBeyondTheBoundAreNotSilentlyWell() throws {
        let table = (0..<70).map { "\(40 + $0) 1 0:\(100 + $0) / \(site.path)/\($0) rw - ext4 /dev/sd\($0) rw" }.joined(separator: "\n")
        try site.write("proc/self/mountinfo", table)
        var memory: DiskSpace.Memory?
        let results = try check(DiskSpace.self).look(site.scene(), memory: &memory)
        let rest = try results["further disks"]
        #expect(results.count == 65 && rest.state == .unknown)
        #expect(rest.reason == "6 more than 64 disks are mounted, such as \(site.path)/64: name those that matter in paths")
    }

    @Test func mountsAreReadAsTheKernelWritesThem() throws {
        let table = MountTable(
            """
            36 35 98:0 /mnt1 /mnt/with\\040blank rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            37 35 98:0 / /again ro,relatime - ext3 /dev/root rw
            38 35 0:5 / /proc rw - proc proc rw
            39 35 8:2 / /data rw shared:3 propagate_from:2 - xfs /dev/sdb ro,noquota
            broken line
            """)
        #expect(table.mounts.map(\.point) == ["/mnt/with blank", "/again", "/proc", "/data"])
        #expect(table.storage.map(\.point) == ["/mnt/with blank", "/data"], "each device once, no pseudo file system")
        #expect(table.mounts.map(\.isReadOnlyHere) == [false, true, false, false])
        #expect(table.mounts.map(\.isReadOnly) == [false, false, false, true])
        #expect(table[id: 39]?.device == "8:2")
    }
}

/// When a disk will be full.
@Suite struct FillTrendTests {
    private let site: Site

    init() throws { site = try Site() }

    @Test func aLineThroughExactPointsIsExact() throws {
        let points = (0...12).map { FillTrend.Point(at: Double($0) * 300, used: 1 << 50 + UInt64($0) * 3000) }
        #expect(FillTrend.line(through: points) == FillTrend.Line(bytesPerSecond: 10, points: 13, seconds: 3600))
    }

    @Test func isNoneThroughLessThanAnHour() {
        let points = (0...11).map { FillTrend.Point(at: Double($0) * 300, used: UInt64($0)) }
        #expect(FillTrend.line(through: points) == nil)
        #expect(FillTrend.line(through: []) == nil)
    }

    @Test func keepsSixHoursAndNoMore() {
        var trend = FillTrend()
        for minute in 0..<(60 * 24) { trend.add(UInt64(minute), in: site.scene(at: 1000 + Double(minute) * 60)) }
        #expect(trend.points.count == 72, "one in five minutes, not older than six hours")
        #expect(trend.line(with: 1439, in: site.scene(at: 1000 + 1439 * 60))?.bytesPerSecond.text(places: 4) == "0.0167")
        trend.add(5, in: site.scene(at: 10, boot: "two"))
        #expect(trend.points == [FillTrend.Point(at: 10, used: 5)], "another boot begins anew")
    }

    @Test func aDiskThatWillBeFullSoonIsAWarning() throws {
        let check = try check(DiskSpace.self, #"{"paths": ["/"], "full_within": "2d", "warning": 99.9, "critical": 100}"#)
        var none: DiskSpace.Memory?
        let now = try check.look(site.scene(at: 50_000, root: ""), memory: &none)["/"]
        let used = try #require(UInt64(try now.input("disk_used_bytes")))
        let available = try #require(Double(try now.input("disk_available_bytes")))
        // An hour ago there was so much less that the rest lasts for about ten hours.
        var trend = FillTrend()
        trend.add(used - min(used, UInt64(available / 10)), in: site.scene(at: 46_400, root: ""))
        var memory: DiskSpace.Memory? = DiskSpace.Memory(trends: ["/": trend], writable: [])
        let result = try check.look(site.scene(at: 50_000, root: ""), memory: &memory)["/"]
        #expect(result.state == .warning)
        #expect(result.reason?.hasSuffix("h, when it goes on as in the last 1 h") == true, "\(result.reason ?? "")")
        #expect(result.windowSeconds == 3600)
        #expect(try Double(result.input("full_in_hours")) ?? 0 < 48)
    }
}
