import ArgumentParser
import ControlClient
import Daemon
import Foundation
import Glibc

/// Options that every verb takes.
struct GlobalOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The daemon's own file.", valueName: "file"))
    var config: String?
    @Option(name: .long, help: ArgumentHelp("The folder with the job files.", valueName: "dir"))
    var jobsDir: String?
    @Option(name: .long, help: ArgumentHelp("The folder that the scheduler remembers in.", valueName: "dir"))
    var stateDir: String?
    @Option(name: .long, help: ArgumentHelp("The socket on which the daemon is asked.", valueName: "file"))
    var socket: String?
    @Option(name: .long, help: ArgumentHelp("The folder with plugins of your own.", valueName: "dir"))
    var pluginsDir: String?

    /// Where everything lies, by options, ACORE_SCHED_* variables and defaults.
    var locations: Locations {
        Locations.resolve(
            .init(config: config, jobsDirectory: jobsDir, stateDirectory: stateDir, socket: socket, pluginsDirectory: pluginsDir),
            environment: ProcessInfo.processInfo.environment, isRoot: geteuid() == 0,
            workingDirectory: FileManager.default.currentDirectoryPath)
    }
}

/// Runs `body`; an error of ours is printed and becomes the exit status.
func reportingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as DaemonError {
        Console.complain("error: \(error)")
        throw ExitStatus(error.category)
    } catch let failure as ControlFailure {
        Console.complain("error: \(failure)")
        throw ExitStatus(failure.category)
    }
}
