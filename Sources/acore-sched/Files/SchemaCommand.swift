import ArgumentParser
import Daemon
import FoundationEssentials
import Glibc
import JobFiles
import JobKit

/// `schema`: prints the JSON Schema of job files, for editors.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of job files, for editors.",
        discussion: """
            An editor with a YAML language server checks a job file while it is written when its first line is
            # yaml-language-server: $schema=PATH-TO-SCHEMA

            EXAMPLES:
              acore-sched schema --output job-file.schema.json
              acore-sched schema backup

            EXIT CODES: 0 succeeded, 1 failed, 2 usage, 4 no such kind
            """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .shortAndLong, help: ArgumentHelp("Write it to a file instead of standard output.", valueName: "file"))
    var output: String?
    @Argument(help: "Only for job files of this kind.")
    var kind: String?

    func run() async throws {
        let kinds = try await reportingErrors { try Site(locations: global.locations).catalog.kinds }
        let document = try JobFileSchema.document(kinds: try chosen(from: kinds))
        guard let output else { return Console.print(String(decoding: document, as: UTF8.self)) }
        let file = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0, CronOutput().send(Array(document) + [UInt8(ascii: "\n")], to: file), close(file) == 0 else {
            Console.complain(
                "error: \(output) cannot be written: \(String(cString: strerror(errno)))\n  fix: name a file in a folder that you may write"
            )
            throw ExitStatus.failed
        }
    }

    private func chosen(from kinds: [KindDescription]) throws -> [KindDescription] {
        guard let kind else { return kinds }
        if let found = kinds.first(where: { $0.kind == kind }) { return [found] }
        let names = kinds.map(\.kind)
        let near = Suggestion.nearest(to: kind, among: names)
        let fix = near.map { "did you mean \($0)?" } ?? "the kinds are \(names.joined(separator: ", "))"
        Console.complain("error: there is no kind named \(kind)\n  fix: \(fix)")
        throw ExitStatus.notFound
    }
}
