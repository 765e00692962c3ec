/// A package with a plugin in Swift, on acore-sched's own products.
enum SwiftStarter {
    static let manifest = #"""
        // swift-tools-version: 6.2
        import PackageDescription

        // Where the source of acore-sched lies; a release can stand here as .package(url: …, from: …) instead.
        let acoreSched = Context.environment["ACORE_SCHED_SOURCE"] ?? "../acore-sched"

        let package = Package(
            name: "NAME",
            dependencies: [.package(name: "acore-sched", path: acoreSched)],
            targets: [
                .executableTarget(name: "NAME", dependencies: [.product(name: "JobKit", package: "acore-sched")])
            ],
            swiftLanguageModes: [.v6]
        )

        """#

    static let main = #"""
        import Glibc
        import WorkerHost

        /// `NAME describe|check|run`, and `NAME verb hello`: WorkerHost speaks the wire.
        @main
        enum Main {
            static func main() async {
                exit(await WorkerMain.run(kinds: [TYPEJob.self], arguments: Array(CommandLine.arguments.dropFirst())))
            }
        }

        """#

    static let job = #"""
        import JobKit

        /// Greets on its schedule.
        struct TYPEJob: VerbJob {
            typealias Settings = TYPESettings

            static let kind: JobKind = "NAME"
            static let summary = "greets on its schedule"
            static let verbs = [VerbDescription(name: "hello", summary: "says it once, to you", mode: .reading)]

            let settings: TYPESettings

            func run(in context: JobContext) async throws(JobFailure) -> JobReport {
                if context.dryRun { return JobReport("would say it \(settings.count) times") }
                for done in 1...settings.count {
                    context.log(.info, settings.greeting)
                    context.progress(done: Double(done), total: Double(settings.count), unit: "greetings")
                    await settings.pause()
                    // TERM cancels the task: stop at the next safe point.
                    if Task.isCancelled {
                        throw JobFailure("stopped after \(done) of \(settings.count)", in: "greeting", fix: "run it again", retry: .mayHelp)
                    }
                }
                return JobReport("said it \(settings.count) times", numbers: ["greetings": Double(settings.count)])
            }

            func answer(_ call: VerbCall, in context: JobContext) async throws(JobFailure) -> JobReport {
                call.print("\(settings.greeting), \(call.arguments.joined(separator: " "))")
                return JobReport("said hello")
            }
        }

        """#

    static let settings = #"""
        import JobKit

        /// The lines below `with:`. Each line that reads a setting also declares it: describe, checks and the reference come from it.
        struct TYPESettings: JobSettings {
            let greeting: String
            let count: Int
            let pauseSeconds: Int

            init(from section: inout SettingsSection) {
                greeting = section.text("greeting", default: "hello", help: "What is said.")
                count = section.integer("count", in: 1...100_000, default: 1, help: "How often.")
                pauseSeconds = section.integer("pause_s", in: 0...60, default: 0, help: "Seconds after each time.")
                if greeting == "nothing", section.contains("count") {
                    section.report(.error, at: "count", problem: "nothing cannot be said often", fix: "leave count out")
                }
            }

            /// Ends early when the task is cancelled.
            func pause() async {
                do {
                    try await Task.sleep(for: .seconds(pauseSeconds))
                } catch {
                    return  // Cancelled: whoever called looks at that.
                }
            }
        }

        """#
}
