import ArgumentParser
import SchedulerCore

/// `--state failed`: the words of the ledger.
extension RunState: ExpressibleByArgument {}
