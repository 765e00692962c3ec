import ArgumentParser

/// `plan`: what a reload would change.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Print what a reload of the job files would change.",
        discussion: """
            Compares the job files with what is in force: jobs added (+), changed (~) with
            the keys that differ and next runs that move, removed (-), and files with
            errors (!). Nothing is changed. A daemon reads changed files by itself, so
            name the folder to be put in place with --jobs-dir; without a daemon this
            says what its start would change.

            EXAMPLES:
              acore-sched plan --jobs-dir ./jobs.d.new
              acore-sched plan --json | jq .changed

            EXIT CODES: 0 printed, 1 failed, 2 usage or files with errors, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let plan = try await reportingErrors {
            let book = try JobBook(global)
            let plan = try ReloadPlan(book)
            Console.print(json ? JSONText.line(plan.json) : plan.text(now: book.now, colour: Console.usesColour))
            return plan
        }
        if !plan.broken.isEmpty { throw ExitStatus.usage }
    }
}
