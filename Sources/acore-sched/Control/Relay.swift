import ControlClient
import Daemon
import Glibc

/// A verb that only reads the daemon's files. Who may read them does so; others get the same words from the daemon.
protocol ReadingCommand {
    var global: GlobalOptions { get }
}

/// Hands a reading verb to the daemon, for a person who may not read its files.
struct Relay {
    private let line: DaemonLine

    init(_ global: GlobalOptions) { line = DaemonLine(global) }

    /// Whether the daemon must be asked.
    func isNeeded() throws(ControlFailure) -> Bool {
        let state = line.locations.stateDirectory
        let isElsewhere = line.client.socketPath != line.locations.socketPath
        guard isElsewhere || Self.isClosed(state, R_OK | X_OK) || Self.isClosed(state + "/ledger.sqlite", R_OK) else { return false }
        return try line.isOpen()
    }

    /// Whether a file is there and this user may not use it so.
    private static func isClosed(_ path: String, _ use: Int32) -> Bool { access(path, use) != 0 && errno == EACCES }

    /// Prints the daemon's answer.
    /// - Returns: the exit status.
    /// - Throws: category refused for `plan --jobs-dir`: the daemon does not look at folders that a caller names.
    func answer(_ arguments: [String]) async throws(ControlFailure) -> Int32 {
        if arguments.first == "plan", arguments.contains(where: { $0 == "--jobs-dir" || $0.hasPrefix("--jobs-dir=") }) {
            throw ControlFailure(
                "plan --jobs-dir needs the right to read \(line.locations.stateDirectory)", fix: "ask as root or as the daemon's user",
                category: .refused)
        }
        let request = ReadRequest(
            arguments: Self.withoutFolders(arguments), width: Console.isTerminal ? Console.width : nil, colour: Console.usesColour)
        return try await line.client.read(request) { frame in
            switch frame {
            case .output(let text): CronOutput().write(text)
            case .bytes(let bytes): CronOutput().send(bytes)
            case .error(let text): CronOutput().complain(text)
            case .run, .exit: break
            }
        }
    }

    /// The words without the options that name folders: the daemon has its own.
    static func withoutFolders(_ arguments: [String]) -> [String] {
        let names = ["--config", "--jobs-dir", "--state-dir", "--socket", "--plugins-dir"]
        var kept: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" { return kept + [word] + rest }
            if names.contains(word) {
                rest = rest.dropFirst()
            } else if !names.contains(where: { word.hasPrefix($0 + "=") }) {
                kept.append(word)
            }
        }
        return kept
    }
}

extension ListCommand: ReadingCommand {}
extension ShowCommand: ReadingCommand {}
extension NextCommand: ReadingCommand {}
extension PlanCommand: ReadingCommand {}
extension HistoryCommand: ReadingCommand {}
extension ExplainCommand: ReadingCommand {}
extension LogsCommand: ReadingCommand {}
extension AlertsListCommand: ReadingCommand {}
extension AlertsShowCommand: ReadingCommand {}
extension AlertsHistoryCommand: ReadingCommand {}
extension HealthCommand: ReadingCommand {}
extension PluginsListCommand: ReadingCommand {}
extension PluginsShowCommand: ReadingCommand {}
