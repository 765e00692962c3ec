import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// A fresh folder for one test: a tree in front of `/proc` and `/sys`, the job's state folder, scripts.
final class Site: Sendable {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "health-XXXXXX").utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        let removal = Result { try FileManager.default.removeItem(atPath: path) }
        if case .failure(let error) = removal { Issue.record(error) }
    }

    /// Writes a file, with the folders above it.
    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o644) throws -> String {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// A script in place of systemctl: it prints `text`, and writes down how it was called.
    func systemctl(_ text: String, status: Int32 = 0, errors: String = "") throws -> String {
        try write("answer", text)
        try write("errors", errors)
        return try script(
            "systemctl", "#!/bin/sh\necho \"$@\" >>'\(path)/calls'\ncat '\(path)/answer'\ncat '\(path)/errors' >&2\nexit \(status)\n")
    }

    /// Writes a script. Another process puts it in place: a file that this one has open for writing goes along into the processes that other tests start
    /// just then, and cannot be executed meanwhile (ETXTBSY).
    func script(_ name: String, _ text: String) throws -> String {
        try write(name + ".text", text)
        try shell("install -m 755 '\(name).text' '\(name)'")
        return path + "/" + name
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    /// The machine of the tree, so many seconds after its boot.
    func scene(at seconds: Double = 1000, boot: String = "one", root: String? = nil) -> CheckScene {
        CheckScene(
            now: Date(timeIntervalSince1970: 1_800_000_000 + seconds), bootTime: .nanoseconds(Int64(seconds * 1e9)), bootID: boot,
            root: root ?? path, stateDirectory: path, temporaryDirectory: path, secretsDirectory: nil)
    }

    /// The real machine, now. The wall clock is that of a file that was written just now.
    func machine() throws -> CheckScene {
        let file = try write("now", "")
        let modified = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
        var scene = scene(root: "")
        scene.now = try #require(modified)
        scene.bootTime = .sinceBoot
        return scene
    }

    /// Runs a line of shell; its output.
    @discardableResult
    func shell(_ line: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", line]
        process.currentDirectoryURL = URL(filePath: path)
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: output, as: UTF8.self)
        try #require(process.terminationStatus == 0, "\(line) ended with \(process.terminationStatus): \(text)")
        return text
    }
}

/// A check as its section of a job file sets it up.
func check<Check: SectionCheck>(_: Check.Type, _ settings: String = "{}", common: String = "{}") throws -> Check {
    var outer = SettingsSection(try node(common), at: ["with"])
    let shared = CommonSettings(from: &outer)
    var section = SettingsSection(try node(settings), at: ["with", Check.name])
    let check = Check(from: &section, common: shared)
    let findings = outer.finish() + section.finish()
    try #require(findings.isEmpty, "\(findings)")
    return check
}

func node(_ json: String) throws -> ConfigNode { try JSONDecoder().decode(ConfigNode.self, from: Data(json.utf8)) }

extension [WireEvent.Check] {
    subscript(_ target: String?) -> WireEvent.Check {
        get throws { try #require(first { $0.target == target }, "no result of \(target ?? "nil") in \(map(\.target))") }
    }
}

extension WireEvent.Check {
    /// State and number, for comparing.
    var told: String { "\(state.rawValue) \(value.map { "\($0.text(places: 3))" } ?? "-") \(unit ?? "-")" }

    func input(_ name: String) throws -> String { try #require(inputs?[name], "no \(name) in \(inputs ?? [:])") }
}
