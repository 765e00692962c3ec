import BackupJob
import FoundationEssentials
import Glibc
import JobKit

/// Runs one backup in a process of its own, so that tests can kill it: reads a request of the wire from standard input, prints
/// each event, and stops for good at the step that its argument names. With more arguments it carries out that verb, and prints how
/// many bytes it read meanwhile.
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
        @Sendable func observe(_ step: String) {
            guard step == pause else { return }
            write("at \(step)")
            // The test either kills this process or lets it go on.
            _ = readLine()
        }
        let job = BackupJob(
            settings: settings, now: { Date.now }, observe: { observe($0.rawValue) }, observeRestore: { observe($0.rawValue) })
        do throws(JobFailure) {
            let words = Array(CommandLine.arguments.dropFirst(2))
            let verb = request.verb ?? words.first
            let arguments = request.argv ?? Array(words.dropFirst())
            let call = verb.map { VerbCall(verb: $0, arguments: arguments) { line in write("line \(line)") } }
            let before = bytesRead()
            let report = if let call { try await job.answer(call, in: context) } else { try await job.run(in: context) }
            write("read \(bytesRead() - before)")
            write("\(report.outcome.rawValue) \(report.summary)")
            exit(report.outcome == .succeeded ? 0 : 3)
        } catch {
            write("failed \(error.retry.rawValue) \(error)")
            exit(1)
        }
    }

    /// Bytes that this process has read from files and pipes.
    private static func bytesRead() -> Int {
        var text = [UInt8](repeating: 0, count: 1024)
        let file = open("/proc/self/io", O_RDONLY | O_CLOEXEC)
        let count = read(file, &text, text.count)
        close(file)
        let first = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").first
        return first.flatMap { Int($0.dropFirst("rchar: ".count)) } ?? 0
    }

    private static func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { bytes in bytes.baseAddress.map { Glibc.write(1, $0, bytes.count) } }
    }
}
