import CronSchedule
import Daemon
import JobKit
import Runner

/// Lines of a run's output as people read them. Control characters are made visible: output must not steer a terminal.
enum EventText {
    /// - Returns: nil for lines that are not for reading: progress, results, broken output's metrics.
    static func line(for line: EventLine, withTime: Bool = false) -> String? {
        switch line.content {
        case .raw(let at, let text, let isCut): stamp(at, withTime) + harmless(text) + (isCut ? " … (cut)" : "")
        case .note(let at, let text): stamp(at, withTime) + "-- \(harmless(text))"
        case .broken(let bytes): harmless(String(decoding: bytes, as: UTF8.self))
        case .wire(let bytes): wireLine(bytes)
        }
    }

    private static func wireLine(_ bytes: [UInt8]) -> String? {
        // Whatever is not of the wire is output like any other.
        guard let event = try? WireEvent(line: bytes) else { return harmless(String(decoding: bytes, as: UTF8.self)) }
        switch event {
        case .log(let log):
            let fields = log.fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            return harmless("\(log.level == .info ? "" : "\(log.level.rawValue): ")\(log.message)\(fields)")
        case .artifact(let artifact): return harmless("made \(artifact.path) (\(ByteCount(artifact.size)))")
        case .check(let check):
            let target = check.target.map { " \($0)" } ?? ""
            return harmless("\(check.name)\(target): \(check.state.rawValue)\(check.reason.map { ", \($0)" } ?? "")")
        case .progress, .metric, .mark, .result: return nil
        }
    }

    private static func stamp(_ milliseconds: Int64, _ withTime: Bool) -> String {
        withTime ? "\(Instant(milliseconds: milliseconds)) " : ""
    }

    /// One line of anybody's.
    static func harmless(_ text: String) -> String { HarmlessText.line(text) }
}
