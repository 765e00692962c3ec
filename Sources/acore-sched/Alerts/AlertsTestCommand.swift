import ArgumentParser
import Daemon
import JobFiles
import SchedulerCore

/// `alerts test CHANNEL`: whether a channel of the daemon's file works.
struct AlertsTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a notice through a channel and say what came of it.",
        discussion: """
            One try, with what acore-sched.yaml says now; no daemon is needed. The secrets
            of the channel must be readable: call it as root or as the daemon's user.

            EXAMPLES:
              sudo acore-sched alerts test ops
              acore-sched alerts test ops --json

            EXIT CODES: 0 delivered, 1 another try may help, 2 usage or a file with
            errors, 4 no such channel, 5 refused: no other try can help
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false
    @Argument(help: "The channel, as channels: in acore-sched.yaml names it.")
    var channel: String

    func run() async throws {
        try await reportingErrors {
            let site = try Site(locations: global.locations)
            site.settingWarnings.forEach { Console.complain($0) }
            let channels = AlertChannels(site: site, version: Release.version) { Console.complain("warning: \($0)") }
            guard channels.channel(named: channel) != nil else { throw unknown(among: channels.names, of: site) }
            try tell(await channels.test(channel))
        }
    }

    private func unknown(among names: [String], of site: Site) -> DaemonError {
        let file = site.locations.configFile
        guard !site.settings.channelsOff.contains(channel) else {
            return DaemonError(
                "the channel \(channel) is off: \(file) has no address for it",
                fix: "write one, or set the variable that stands there, also for the daemon", category: .notFound)
        }
        return DaemonError(
            "there is no channel named \(channel) in \(file)",
            fix: names.isEmpty ? "add it to channels: in that file" : "name one of \(names.joined(separator: ", "))", category: .notFound)
    }

    private func tell(_ outcome: DeliveryOutcome) throws {
        let page = AlertsTestPage(channel: channel, outcome: outcome)
        if json { Console.print(JSONText.line(page)) } else { Console.print(page.text) }
        switch outcome {
        case .delivered: return
        case .again: throw ExitStatus.failed
        case .refused: throw ExitStatus.refused
        }
    }
}
