import ControlClient
import Daemon
import Glibc
import JobFiles

/// The way to the daemon from the command line.
struct DaemonLine {
    let client: ControlClient
    let locations: Locations

    init(_ global: GlobalOptions) {
        // The daemon's own file may move the state directory. What is wrong in it the daemon says, not each command.
        let settings = DaemonSettings.load(global.locations.configFile).settings
        locations = global.locations.moved(by: settings)
        var path = locations.socketPath
        // A person with neither jobs nor a state of their own means the service.
        if locations.isBare, access(path, F_OK) != 0, access(Locations.serviceSocketPath, F_OK) == 0 { path = Locations.serviceSocketPath }
        client = ControlClient(socketPath: path)
    }

    /// Whether a daemon listens.
    /// - Throws: category refused where one may, and this user may not ask: nothing is done beside it in silence.
    func isOpen() throws(ControlFailure) -> Bool {
        switch client.reachability() {
        case .listening: return true
        case .nobody: return false
        case .forbidden: throw ControlClient.forbidden(client.socketPath)
        case .tooLong:
            // Nobody can listen there: the daemon said so in its log.
            return false
        }
    }
}
