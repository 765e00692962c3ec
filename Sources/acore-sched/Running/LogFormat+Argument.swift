import ArgumentParser
import JobFiles

/// `--log-format json`: the words of the daemon's file.
extension DaemonSettings.LogFormat: ExpressibleByArgument {}
