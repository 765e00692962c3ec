import CommandJob
import CronSchedule
import Foundation
import Glibc
import JobKit

@testable import JobFiles

/// A folder of its own for one test, removed when the value goes.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/jobfiles-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXError(.EIO) }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func url(_ name: String) -> URL { URL(filePath: "\(path)/\(name)") }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ bytes: Data) throws { try bytes.write(to: url(name)) }
}

/// The present of all tests: 2027-01-15, after any file that a test writes.
let present = Instant(seconds: 1_800_000_000)

/// A loader with the one kind `command`.
func loader(
    environment: [String: String] = [:], privileged: Bool = false, user: String = "somebody", cachePath: String? = nil,
    kinds: [KindDescription] = [KindDescription(of: CommandJob.self)],
    crossCheck: @escaping JobFileLoader.CrossCheck = { $0.map { _ in [] } }
) -> JobFileLoader {
    JobFileLoader(
        kinds: kinds, environment: environment.merging(["TZ": "UTC"]) { first, _ in first }, privileged: privileged, currentUser: user,
        cachePath: cachePath, crossCheck: crossCheck)
}

extension KindDescription {
    /// `command`, as if its plugin had rules of its own.
    static var commandWithRules: KindDescription {
        var kind = KindDescription(of: CommandJob.self)
        kind.rules = true
        return kind
    }
}

/// What reading `text` finds, without colours.
func findings(in text: String, environment: [String: String] = [:]) -> [String] {
    loader(environment: environment).load(text: text, name: "job", now: present).findings.map {
        "\($0.line):\($0.column): \($0.severity): \($0.problem)"
    }
}

/// The folder of these sources.
let here = URL(filePath: #filePath).deletingLastPathComponent()
