import Glibc
package import JobFiles

/// Where everything lies: for the service below /etc, /var/lib and /run, for a person in the folder and the home.
package struct Locations: Sendable, Hashable {
    /// The daemon's own file; it need not exist.
    package var configFile: String
    package var jobsDirectory: String
    package var stateDirectory: String
    /// A folder in memory for secrets; nil when there is none.
    package var runtimeDirectory: String?
    /// Files 0400 that `secret:NAME` names.
    package var secretsDirectory: String
    /// Where the daemon is asked; nil puts the socket into the state directory.
    private var givenSocket: String?
    /// Programs that are kinds; it need not exist.
    package var pluginsDirectory: String
    /// Whether the command line or the environment names the folder: then the daemon's file does not move it.
    private var isJobsGiven = false
    private var isStateGiven = false
    private var arePluginsGiven = false

    /// What the command line says; nil where it says nothing.
    package struct Options: Sendable {
        package var config: String?
        package var jobsDirectory: String?
        package var stateDirectory: String?
        package var socket: String?
        package var pluginsDirectory: String?

        package init(
            config: String? = nil, jobsDirectory: String? = nil, stateDirectory: String? = nil, socket: String? = nil,
            pluginsDirectory: String? = nil
        ) {
            self.config = config
            self.jobsDirectory = jobsDirectory
            self.stateDirectory = stateDirectory
            self.socket = socket
            self.pluginsDirectory = pluginsDirectory
        }
    }

    /// Options first, then ACORE_SCHED_* variables, then the defaults of the service (root, or started by systemd with
    /// a state directory) or of a person.
    package static func resolve(_ options: Options, environment: [String: String], isRoot: Bool, workingDirectory: String) -> Locations {
        let isService = isRoot || environment["STATE_DIRECTORY"] != nil
        let home = environment["XDG_STATE_HOME"] ?? "\(environment["HOME"] ?? workingDirectory)/.local/state"
        func place(_ option: String?, _ variable: String, _ service: String, _ person: String) -> String {
            let text = option ?? environment[variable] ?? (isService ? service : person)
            return text.hasPrefix("/") ? text : "\(workingDirectory)/\(text)"
        }
        let config = place(options.config, "ACORE_SCHED_CONFIG", "/etc/acore-sched/acore-sched.yaml", "acore-sched.yaml")
        let state = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init) ?? "/var/lib/acore-sched"
        let runtime = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        var locations = Locations(
            configFile: config,
            jobsDirectory: place(options.jobsDirectory, "ACORE_SCHED_JOBS_DIR", "/etc/acore-sched/jobs.d", "jobs.d"),
            stateDirectory: place(options.stateDirectory, "ACORE_SCHED_STATE_DIR", state, "\(home)/acore-sched"),
            runtimeDirectory: runtime ?? (isRoot ? "/run/acore-sched" : environment["XDG_RUNTIME_DIR"].map { "\($0)/acore-sched" }),
            secretsDirectory: environment["CREDENTIALS_DIRECTORY"]
                ?? (isService ? "/etc/acore-sched/secrets" : "\(workingDirectory)/secrets"),
            pluginsDirectory: place(options.pluginsDirectory, "ACORE_SCHED_PLUGINS_DIR", "/etc/acore-sched/plugins", "plugins"))
        locations.isJobsGiven = options.jobsDirectory != nil || environment["ACORE_SCHED_JOBS_DIR"] != nil
        locations.givenSocket = (options.socket ?? environment["ACORE_SCHED_SOCKET"]).map {
            $0.hasPrefix("/") ? $0 : "\(workingDirectory)/\($0)"
        }
        locations.isStateGiven = options.stateDirectory != nil || environment["ACORE_SCHED_STATE_DIR"] != nil
        if locations.givenSocket == nil, isService, !locations.isStateGiven {
            locations.givenSocket = "\(locations.runtimeDirectory ?? serviceRuntimeDirectory)/\(socketName)"
        }
        locations.arePluginsGiven = options.pluginsDirectory != nil || environment["ACORE_SCHED_PLUGINS_DIR"] != nil
        return locations
    }

    /// Where the daemon is asked: `/run/acore-sched/control.sock` for the service, `STATE/control.sock` for a person and where
    /// the state directory is named.
    package var socketPath: String { givenSocket ?? "\(stateDirectory)/\(Self.socketName)" }

    /// The service's socket.
    package static let serviceSocketPath = "\(serviceRuntimeDirectory)/\(socketName)"

    private static let serviceRuntimeDirectory = "/run/acore-sched"
    private static let socketName = "control.sock"

    /// Whether nothing was named and nothing lies here: then a person means the service.
    package var isBare: Bool {
        givenSocket == nil && !isJobsGiven && !isStateGiven && !Self.exists(jobsDirectory) && !Self.exists(stateDirectory)
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The folders that the daemon's own file names, where neither option nor variable did.
    package func moved(by settings: DaemonSettings) -> Locations {
        var moved = self
        if !isJobsGiven, let jobs = settings.jobsDirectory { moved.jobsDirectory = jobs }
        if !isStateGiven, let state = settings.stateDirectory { moved.stateDirectory = state }
        if !arePluginsGiven, let plugins = settings.pluginsDirectory { moved.pluginsDirectory = plugins }
        if let secrets = settings.secretsDirectory { moved.secretsDirectory = secrets }
        return moved
    }
}
