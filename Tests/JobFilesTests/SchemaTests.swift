import CommandJob
import CronSchedule
import Foundation
import JobKit
import Testing

@testable import JobFiles

@Suite struct SchemaTests {
    private func schema() throws -> [String: Any] {
        let data = try JobFileSchema.document(kinds: [KindDescription(of: CommandJob.self)])
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func everyKeyIsDescribedAndNothingElseIsAllowed() throws {
        let schema = try schema()
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["additionalProperties"] as? Bool == false && schema["required"] as? [String] == ["uses"])
        let properties = try #require(schema["properties"] as? [String: [String: Any]])
        #expect(Set(properties.keys) == Set(JobFileSchema.keys.map(\.name)) && properties.count == 25)
        for (name, property) in properties { #expect((property["description"] as? String)?.isEmpty == false, "\(name)") }
        #expect(properties["timeout"]?["default"] as? String == "1h")
    }

    @Test func theKindBringsTheSchemaOfItsSettings() throws {
        let schema = try schema()
        let rule = try #require((schema["allOf"] as? [[String: Any]])?.first)
        #expect("\(rule)".contains("#/$defs/with-command"))
        let with = try #require((schema["$defs"] as? [String: [String: Any]])?["with-command"])
        #expect(with["additionalProperties"] as? Bool == false && with["oneOf"] != nil)
    }

    /// An independent validator agrees: PyPI's jsonschema, where it is installed.
    @Test(.enabled(if: Validator.isInstalled, "needs python3 with jsonschema and yaml"))
    func goodFilesAreValidAndBadOnesAreNot() throws {
        let scratch = try Scratch()
        try JobFileSchema.document(kinds: [KindDescription(of: CommandJob.self)]).write(to: scratch.url("schema.json"))
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
        var files = [here.appending(path: "Fixtures/full.yaml").path, root.appending(path: "Plugins/CommandJob/sample.yaml").path]
        var expected = files.map { "\($0) valid" }
        for (index, input) in BadInput.all.filter(\.schemaCanTell).enumerated() {
            let folder = try Scratch()
            try input.make(folder)
            let copy = "\(scratch.path)/\(index).yaml"
            try FileManager.default.copyItem(atPath: "\(folder.path)/job.yaml", toPath: copy)
            files.append(copy)
            expected.append("\(copy) invalid")
        }
        #expect(try Validator.answers(schema: scratch.url("schema.json").path, files: files) == expected)
    }
}

/// Python's jsonschema, with YAML read as YAML 1.2 has it.
enum Validator {
    private static let script = """
        import sys, json, yaml, jsonschema
        class Loader(yaml.SafeLoader): pass
        Loader.yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in pairs if tag != 'tag:yaml.org,2002:bool']
            for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
        import re
        Loader.add_implicit_resolver('tag:yaml.org,2002:bool', re.compile('^(true|false)$'), list('tf'))
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for path in sys.argv[2:]:
            print(path, 'valid' if validator.is_valid(yaml.load(open(path), Loader=Loader)) else 'invalid')
        """

    static var isInstalled: Bool { (try? run(["-c", "import yaml, jsonschema; jsonschema.Draft202012Validator"]))?.status == 0 }

    static func answers(schema: String, files: [String]) throws -> [String] {
        let result = try run(["-c", script, schema] + files)
        return result.output.split(separator: "\n").map(String.init)
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
