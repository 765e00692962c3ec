import CLinux
import Glibc
import JobKit

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
        let started = start(output: ends[1], in: folder, variables)
        close(ends[1])
        let child: pid_t
        switch started {
        case .failure(let error): return "\(setting) (\(words)) cannot be started: \(Self.reason(error.code))"
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

    /// Why a program did not start.
    private struct StartFailure: Error {
        let code: Int32
    }

    private func start(output: Int32, in folder: String?, _ variables: [String: String]) -> Result<pid_t, StartFailure> {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // A probe in another folder, or a service that holds our descriptors, is worse than none.
        let prepared = [linux_spawn_close_from(&actions, 3), folder.map { linux_spawn_in_folder(&actions, $0) } ?? 0]
        if let code = prepared.first(where: { $0 != 0 }) { return .failure(StartFailure(code: code)) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // A group of its own: what it started and left running can be ended with it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var environment = Self.environment(with: variables) + [nil]
        defer { (list + environment).forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, arguments.first ?? "", &actions, &attributes, &list, &environment)
        return code == 0 ? .success(child) : .failure(StartFailure(code: code))
    }

    /// Ours, with some variables replaced or added.
    private static func environment(with variables: [String: String]) -> [UnsafeMutablePointer<CChar>?] {
        var list: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") }
        var place = environ
        while let variable = place.pointee {
            if !variables.keys.contains(where: { strncmp(variable, $0 + "=", $0.utf8.count + 1) == 0 }) { list.append(strdup(variable)) }
            place += 1
        }
        return list
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
