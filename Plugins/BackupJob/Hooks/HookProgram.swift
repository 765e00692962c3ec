import CLinux
import Glibc
import JobKit
import Processes

/// A program that the settings name, run to its end without a shell: its output goes to the log, and its time is bounded.
struct HookProgram {
    /// Time from TERM to KILL for one that takes too long.
    private static let grace: Duration = .seconds(5)
    /// How often the wish to stop is looked for.
    private static let pace: Duration = .milliseconds(200)

    /// The setting that names it.
    let setting: String
    /// The program and its arguments.
    let arguments: [String]
    let limit: Duration
    let context: JobContext

    /// Runs it.
    /// - Parameters:
    ///   - folder: the working folder; nil for ours.
    ///   - variables: beside our own environment.
    ///   - stop: ends it early; nil for one that has to come to its end.
    /// - Returns: nil when it ended with status 0, else what went wrong.
    func run(in folder: String? = nil, variables: [String: String] = [:], stop: StopFlag?) -> String? {
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { return "\(setting) cannot be started: \(Self.reason(errno))" }
        var output = HookOutput(descriptor: ends[0], setting: setting, context: context)
        defer { close(ends[0]) }
        let started = Result { () throws(SpawnFailure) in try start(output: ends[1], in: folder, variables) }
        close(ends[1])
        let child: pid_t
        switch started {
        case .failure(let error): return "\(setting) (\(words)) cannot be started: \(error)"
        case .success(let number): child = number
        }
        let process = linux_pidfd_open(child)
        guard process >= 0 else {
            let reason = Self.reason(errno)
            kill(-child, SIGKILL)
            waitpid(child, nil, 0)
            return "\(setting) (\(words)) cannot be watched: \(reason)"
        }
        defer { close(process) }
        return wait(for: child, process, &output, stop)
    }

    /// The command, for messages.
    var words: String { arguments.joined(separator: " ") }

    private func wait(for child: pid_t, _ process: Int32, _ output: inout HookOutput, _ stop: StopFlag?) -> String? {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var killing: ContinuousClock.Instant?
        var ended: String?
        while true {
            output.wait(orFor: process, atMost: Self.pace)
            var (how, status): (Int32, Int32) = (0, 0)
            if linux_reap(process, &how, &status) != 0 {
                output.finish()
                if let ended { return ended }
                return how == CLD_EXITED && status == 0 ? nil : complaint(how, status, output.last)
            }
            if ended == nil {
                if clock.now >= deadline {
                    ended = "\(setting) (\(words)) had not ended after \(limit.settingText)"
                } else if stop?.isStopped == true {
                    ended = "\(setting) (\(words)) was stopped"
                }
                guard ended != nil else { continue }
                kill(-child, SIGTERM)
                killing = clock.now + Self.grace
            } else if let last = killing, clock.now >= last {
                kill(-child, SIGKILL)
                killing = nil
            }
        }
    }

    private func complaint(_ how: Int32, _ status: Int32, _ last: String?) -> String {
        let end = how == CLD_EXITED ? "with status \(status)" : "by signal \(status)"
        return "\(setting) (\(words)) ended \(end)" + (last.map { ", its last line: \($0)" } ?? "")
    }

    private func start(output: Int32, in folder: String?, _ variables: [String: String]) throws(SpawnFailure) -> pid_t {
        var program = ChildStart(arguments)
        program.output = .descriptor(output)
        program.errors = .descriptor(output)
        program.folder = folder
        program.environment = Self.environment(with: variables)
        program.leadsGroup = true
        return try program.start()
    }

    /// Ours, with some variables replaced or added.
    private static func environment(with variables: [String: String]) -> [String] {
        var list = variables.map { "\($0.key)=\($0.value)" }
        var place = environ
        while let variable = place.pointee {
            let isReplaced = variables.keys.contains { strncmp(variable, $0 + "=", $0.utf8.count + 1) == 0 }
            if !isReplaced { list.append(String(cString: variable)) }
            place += 1
        }
        return list
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
