import BackupJob
import CommandJob
import Glibc
import HealthJob
import WorkerHost

/// The worker with every kind that is compiled in: `acore-sched-worker KIND describe|check|run`.
@main
enum Worker {
    static func main() async {
        exit(
            await WorkerMain.run(
                kinds: [BackupJob.self, CommandJob.self, HealthJob.self], arguments: Array(CommandLine.arguments.dropFirst())))
    }
}
