import Foundation
import Testing

/// The shipped unit, as systemd-analyze(1) sees it.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"), "needs systemd-analyze"))
struct UnitFileTests {
    private static let analyze = "/usr/bin/systemd-analyze"
    /// The unit, with programs that this machine has.
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "unit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let shipped = ShippedFilesTests.root.appending(path: "deployment/systemd/acore-sched.service")
        let text = try String(contentsOf: shipped, encoding: .utf8)
        try text.replacing("/usr/bin/acore-sched", with: "/bin/true").write(to: unit, atomically: false, encoding: .utf8)
    }

    private var unit: URL { folder.appending(path: "acore-sched.service") }

    private func analyze(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        let files = ["out", "err"].map { folder.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        process.executableURL = URL(filePath: Self.analyze)
        process.arguments = arguments + [unit.path]
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        return (process.terminationStatus, texts[0], texts[1])
    }

    @Test func itsSandboxIsTight() throws {
        // The threshold is ten times the score: 2.0.
        let answer = try analyze("security", "--offline=true", "--threshold=20", "--no-pager")
        #expect(answer.status == 0, "\(answer.output.suffix(200)) \(answer.errors)")
    }

    @Test func itHasNoKeyThatSystemdDoesNotKnow() throws {
        let answer = try analyze("verify", "--man=no")
        #expect(answer.status == 0 && answer.errors.isEmpty, "\(answer.errors)")
    }
}
