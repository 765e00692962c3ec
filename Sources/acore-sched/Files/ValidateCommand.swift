import ArgumentParser
import CronSchedule
import Daemon
import JobFiles

/// `validate`: checks job files, all of them or those that are named.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check job files: every finding at once, with its place and its fix.",
        discussion: """
            Without a PATH all files of the folder with the job files are checked. Warnings alone end with status 0.

            EXAMPLES:
              acore-sched validate
              acore-sched validate jobs.d/nightly.yaml
              acore-sched validate --format sarif jobs.d > findings.sarif

            EXIT CODES: 0 no errors, 1 failed, 2 a file has errors, or usage
            """)

    /// How findings are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, sarif
    }

    @OptionGroup var global: GlobalOptions
    @Option(help: "text for people, json for programs, sarif (2.1.0) for code review.")
    var format = Format.text
    @Flag(name: .long, help: "The same as --format json.")
    var json = false
    @Argument(help: "Job files, or folders of them.")
    var paths: [String] = []

    func validate() throws {
        guard !json || format != .sarif else { throw ValidationError("--json and --format sarif exclude each other") }
    }

    func run() async throws {
        let set = try await reportingErrors {
            let site = try Site(locations: global.locations)
            let loader = site.loader()
            return paths.isEmpty
                ? loader.load(directory: site.locations.jobsDirectory, now: Moment.now) : loader.load(paths: paths, now: Moment.now)
        }
        let text = try text(for: set)
        if !text.isEmpty { Console.print(text) }
        if set.hasErrors { throw ExitStatus.usage }
    }

    private func text(for set: JobFileSet) throws -> String {
        switch json ? .json : format {
        case .text:
            let report = FindingReport(colour: Console.usesColour)
            return String((report.text(for: set.findings) + report.summary(of: set)).dropLast())
        case .json: return String(decoding: try FindingReport.json(for: set), as: UTF8.self)
        case .sarif: return String(decoding: try FindingReport.sarif(for: set), as: UTF8.self)
        }
    }
}
