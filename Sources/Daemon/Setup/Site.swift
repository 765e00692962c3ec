import FoundationEssentials
import Glibc
package import JobFiles
import JobKit
package import Logging

/// An installation with its folders and kinds: what every verb needs before it can do anything.
package struct Site: Sendable {
    package let locations: Locations
    package let installation: Installation
    package let catalog: KindCatalog
    package let settings: DaemonSettings
    package let zones = ZoneCatalog()
    /// What looks wrong in the daemon's own file, and does not keep it from being used.
    package let settingWarnings: [String]

    /// Finds the programs, asks for the kinds and reads the daemon's own file.
    package init(locations: Locations) throws(DaemonError) {
        installation = try Installation.find()
        (settings, self.locations, settingWarnings) = try Self.settings(at: locations)
        catalog = try KindCatalog(
            worker: installation.worker, plugins: PluginFolder(path: self.locations.pluginsDirectory),
            keptAt: Self.keptKinds(in: self.locations.stateDirectory))
    }

    /// Says what looks wrong in the daemon's own file, and what is wrong with plugins.
    package func reportPlugins(to log: Logger) {
        for warning in settingWarnings { log.warning("\(warning)") }
        for finding in catalog.findings { log.log(level: finding.severity == .error ? .error : .warning, "\(finding)") }
    }

    /// Keeps what plugins say of themselves for the next start; where that fails, they are asked again then.
    package func keepKinds(in state: StateDirectory, log: Logger) {
        do throws(DaemonError) {
            try catalog.keep(at: Self.keptKinds(in: state.path))
        } catch {
            log.warning("\(error)")
        }
    }

    private static func keptKinds(in stateDirectory: String) -> String { "\(stateDirectory)/kinds.json" }

    /// What the daemon's own file says; it may move the folders, but not against the command line or the environment.
    private static func settings(at locations: Locations) throws(DaemonError) -> (DaemonSettings, Locations, [String]) {
        let loaded = DaemonSettings.load(locations.configFile)
        if loaded.findings.contains(where: { $0.severity == .error }) {
            throw DaemonError(
                loaded.findings.map { $0.rendered() }.joined(separator: "\n"), fix: "correct \(locations.configFile)", category: .usage)
        }
        return (loaded.settings, locations.moved(by: loaded.settings), loaded.findings.map { $0.rendered() })
    }

    /// A loader for job files, with the plugins' own checks.
    /// - Parameter cachePath: where definitions are kept for the next start.
    package func loader(cachePath: String? = nil) -> JobFileLoader {
        let catalog = catalog
        return JobFileLoader(
            kinds: catalog.kinds, brokenKinds: catalog.brokenKinds, environment: ProcessInfo.processInfo.environment,
            privileged: geteuid() == 0, currentUser: Machine.userName, standardHistory: settings.history, cachePath: cachePath
        ) { catalog.check($0) }
    }
}
