import BackupJob
import FoundationEssentials
import Glibc
import JobKit

/// Runs one backup in a process of its own, so that tests can kill it: reads a request of the wire from standard input, prints
/// each event, and stops for good at the step that its argument names.
@main
enum Driver {
    static func main() async throws {
        let pause = CommandLine.arguments.dropFirst().first
        guard let line = readLine() else { exit(2) }
        let request = try WireCoding.decoder().decode(WireRequest.self, from: Data(line.utf8))
        var section = SettingsSection(request.settings, at: ["with"])
        let settings = BackupSettings(from: &section)
        let findings = section.finish()
        for finding in findings { write("finding \(finding.problem)") }
        guard findings.isEmpty else { exit(2) }
        let context = JobContext(request: request, environment: [:]) { event in
            switch event {
            case .log(let log): write("log \(log.level.rawValue) \(log.message)")
            case .artifact(let artifact): write("artifact \(artifact.path) \(artifact.size) \(artifact.sha256 ?? "-")")
            case .progress, .metric, .check, .mark, .result: break
            }
        }
        let job = BackupJob(settings: settings, now: { Date.now }) { step in
            guard step.rawValue == pause else { return }
            write("at \(step.rawValue)")
            // The test either kills this process or lets it go on.
            _ = readLine()
        }
        do throws(JobFailure) {
            let report = try await job.run(in: context)
            write("\(report.outcome.rawValue) \(report.summary)")
            exit(report.outcome == .succeeded ? 0 : 3)
        } catch {
            write("failed \(error.retry.rawValue) \(error)")
            exit(1)
        }
    }

    private static func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { bytes in bytes.baseAddress.map { Glibc.write(1, $0, bytes.count) } }
    }
}
