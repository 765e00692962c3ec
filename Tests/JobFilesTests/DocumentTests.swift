import Foundation
import JobKit
import Testing

@testable import JobFiles

@Suite struct DocumentTests {
    private func page() throws -> String {
        try String(
            contentsOf: here.deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/job-files.md"), encoding: .utf8)
    }

    @Test("the page has a row for each key", arguments: [keyNames(of: JobKeys.declarations), keyNames(of: DaemonSettings.declarations)])
    func names(_ names: [String]) throws {
        let page = try page()
        for name in names { #expect(page.contains("\n| `\(name)` |"), "\(name)") }
    }

    @Test func theExampleOfThePageIsFine() throws {
        let blocks = try page().split(separator: "```")
        let example = try #require(blocks.first { $0.hasPrefix("yaml\n") }.map { String($0.dropFirst(5)) })
        #expect(findings(in: example.replacing("after: [health]\n", with: "")).filter { $0.contains("error") } == [])
    }
}

/// Names of keys with those of the sections below them, as the page writes them: `catch_up.mode`.
private func keyNames(of declarations: [SettingDeclaration], below: String = "") -> [String] {
    declarations.flatMap { declaration in
        let name = below + declaration.name
        guard case .section(let inner) = declaration.type else { return [name] }
        return keyNames(of: inner, below: "\(name).")
    }
}
