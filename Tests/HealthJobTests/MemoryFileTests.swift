import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// What checks remember from one run to the next.
@Suite struct MemoryFileTests {
    private let site: Site
    private let file: MemoryFile
    private let checks: [any HealthCheck]

    init() throws {
        site = try Site()
        file = MemoryFile(folder: site.path)
        checks = [try check(SystemResources.self), try check(DiskSpace.self), try check(Inodes.self)]
    }

    private func sample() -> CheckMemory {
        var line = SampleLine<CPUTimes>()
        line.add(CPUTimes([1, 2, 3, 4, 5, 6, 7, 8]), in: site.scene())
        return ["system_resources": line, "disk_space": DiskSpace.Memory(trends: [:], writable: ["/srv"])]
    }

    @Test func comesBackAsItWasWritten() throws {
        try file.write(sample())
        try file.write(sample())
        let (memory, complaints) = file.read(for: checks)
        #expect(complaints == [])
        #expect((memory["system_resources"] as? SampleLine<CPUTimes>)?.kept.map(\.sample) == [CPUTimes([1, 2, 3, 4, 5, 6, 7, 8])])
        #expect((memory["disk_space"] as? DiskSpace.Memory)?.writable == ["/srv"])
        #expect(memory["inodes"] == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.path) == ["health.json"])
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func isEmptyBeforeTheFirstRun() {
        let (memory, complaints) = file.read(for: checks)
        #expect(memory.isEmpty && complaints == [])
    }

    @Test func thatIsCutShortBeginsAnewAndSaysSo() throws {
        try file.write(sample())
        try site.write("health.json", String(try site.text("health.json").dropLast(40)))
        let (memory, complaints) = file.read(for: checks)
        #expect(memory.isEmpty)
        #expect(complaints.first?.hasPrefix("\(file.path) is damaged, all samples begin anew: ") == true, "\(complaints)")
        try file.write(sample())
        #expect(file.read(for: checks).complaints == [])
    }

    @Test(arguments: [#"{"v":2,"kind":"health","checks":{}}"#, #"{"v":1,"kind":"other","checks":{}}"#, #"{}"#])
    func thatIsForeignBeginsAnewAndSaysSo(_ text: String) throws {
        try site.write("health.json", text)
        let (memory, complaints) = file.read(for: checks)
        #expect(memory.isEmpty)
        #expect(complaints == ["\(file.path) is not one of this release: all samples begin anew"])
    }

    @Test func damageOfOneCheckCostsThatCheckAlone() throws {
        try file.write(sample())
        let text = try site.text("health.json").replacing("[1,2,3,4,5,6,7,8]", with: "[1,2]")
        try site.write("health.json", text)
        let (memory, complaints) = file.read(for: checks)
        #expect(Array(memory.keys) == ["disk_space"])
        #expect(complaints.count == 1)
        #expect(complaints[0].hasPrefix("\(file.path): the part of system_resources is damaged, its samples begin anew: "), "\(complaints)")
    }

    @Test func neverFollowsALink() throws {
        try site.write("secret", #"{"v":1,"kind":"health","checks":{}}"#)
        symlink(site.path + "/secret", file.path)
        symlink(site.path + "/secret", file.path + ".new")
        let (_, complaints) = file.read(for: checks)
        #expect(complaints == ["\(file.path) cannot be read: Too many levels of symbolic links; all samples begin anew"])
        try file.write(sample())
        #expect(try site.text("secret") == #"{"v":1,"kind":"health","checks":{}}"#)
        #expect(file.read(for: checks).complaints == [])
    }

    @Test func thatCannotBeKeptSaysWhy() throws {
        let lost = MemoryFile(folder: site.path + "/none")
        #expect {
            try lost.write(sample())
        } throws: { error in
            "\(error)"
                == "cannot create \(site.path)/none/health.json.new: No such file or directory; "
                + "rates of the next run are taken since the run before this one"
        }
    }
}
