import ArgumentParser
import Daemon
import JobFiles
import Runner

/// `release-cgroups`: called by the unit after each stop, also after `kill -9`.
struct ReleaseCgroupsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release-cgroups",
        abstract: "Hand the service's cgroup back to systemd (ExecStopPost= of the unit).",
        discussion: """
            Runs go on. What their cgroups counted is kept in STATE/runs/RUN/figures.json; then the controllers are
            switched off from the bottom up, so that systemd can start the next daemon in the unit's cgroup. That
            daemon switches them on again and writes the limits of each run anew.

            EXAMPLES:
              ExecStopPost=/usr/bin/acore-sched release-cgroups

            EXIT CODES: 0 always; what could not be done is said on standard error
            """,
        shouldDisplay: false)

    @OptionGroup var global: GlobalOptions

    func run() {
        // A daemon's file with an error moves nothing: the state is then looked for in its usual place.
        let settings = DaemonSettings.load(global.locations.configFile).settings
        let locations = global.locations.moved(by: settings)
        for problem in Runner.releaseCgroups(stateDirectory: locations.stateDirectory) {
            Console.complain("release-cgroups: \(problem)")
        }
    }
}
