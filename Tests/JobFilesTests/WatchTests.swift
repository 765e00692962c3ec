import Foundation
import Testing

@testable import JobFiles

/// Which entries are watched for a folder of job files and for files of variables.
@Suite struct WatchTests {
    /// What lies in the folder, and the roles that follow from it, by the names of the folders below it.
    struct Row: CustomTestStringConvertible {
        var folders: [String] = []
        var links: [String: String] = [:]
        var jobs = "jobs"
        var files: Set<String> = []
        let expected: [String: Set<WatchRole>]
        let testDescription: String

        init(
            _ name: String, folders: [String] = [], links: [String: String] = [:], jobs: String = "jobs", files: Set<String> = [],
            expected: [String: Set<WatchRole>]
        ) {
            testDescription = name
            self.folders = folders
            self.links = links
            self.jobs = jobs
            self.files = files
            self.expected = expected
        }
    }

    @Test(arguments: [
        Row("folder", folders: ["jobs"], expected: ["": [.way("jobs")], "/jobs": [.jobs]]),
        Row("missing folder", expected: ["": [.way("jobs")], "/jobs": [.jobs]]),
        Row("missing parent", jobs: "a/b/jobs", expected: ["": [.way("a")], "/a/b/jobs": [.jobs]]),
        Row(
            "link", folders: ["v2"], links: ["jobs": "v2"],
            expected: ["": [.way("jobs"), .way("v2")], "/jobs": [.jobs]]),
        Row(
            "link to nowhere", folders: ["other"], links: ["jobs": "other/v2"],
            expected: ["": [.way("jobs")], "/other": [.way("v2")], "/jobs": [.jobs]]),
        Row(
            "links in a row", folders: ["a", "b"], links: ["jobs": "a/jobs", "a/jobs": "../b/jobs"],
            expected: ["": [.way("jobs")], "/a": [.way("jobs")], "/a/../b": [.way("jobs")], "/jobs": [.jobs]]),
        Row(
            "link on the way", folders: ["v2", "v2/jobs"], links: ["cur": "v2"], jobs: "cur/jobs",
            expected: ["": [.way("cur")], "/v2": [.way("jobs")], "/cur/jobs": [.jobs]]),
        Row(
            "file of variables behind a link to nowhere", folders: ["jobs", "other"], links: ["variables": "other/v2"],
            files: ["variables"],
            expected: ["": [.way("jobs"), .way("variables")], "/other": [.file("v2")], "/jobs": [.jobs]]),
        Row(
            "file of variables in a missing folder", folders: ["jobs"], files: ["other/variables"],
            expected: ["": [.way("jobs"), .way("other")], "/jobs": [.jobs]]),
    ])
    func aPathIsWatchedAtEachEntryThatDecidesAboutIt(_ row: Row) throws {
        let scratch = try Scratch()
        for folder in row.folders { try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true) }
        for (link, target) in row.links {
            try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/\(link)", withDestinationPath: target)
        }
        let plan = WatchPlan(jobs: "\(scratch.path)/\(row.jobs)", files: Set(row.files.map { "\(scratch.path)/\($0)" }))
        let roles = Dictionary(uniqueKeysWithValues: plan.roles.map { ($0.key.replacing(scratch.path, with: ""), $0.value) })
        #expect(roles == row.expected)
    }

    @Test func linksThatLeadInACircleEnd() throws {
        let scratch = try Scratch()
        for (link, target) in ["a": "b", "b": "a"] {
            try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/\(link)", withDestinationPath: target)
        }
        #expect(WatchWay(to: scratch.path + "/a").steps.count == WatchWay.mostLinks)
    }

    @Test func aLookWatchesWhatCameBackWithoutAnEvent() throws {
        let scratch = try Scratch()
        let folders = try WatchedFolders(jobs: scratch.path + "/a/b/jobs")
        try FileManager.default.createDirectory(at: scratch.url("a/b/jobs"), withIntermediateDirectories: true)
        #expect(folders.follow(nil))
        #expect(!folders.follow(nil))
    }
}
