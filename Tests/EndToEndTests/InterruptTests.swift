import Foundation
import Glibc
import Testing

/// Ctrl-C on a terminal, while `run-now` watches a run.
@Suite(.ownThread)
struct InterruptTests {
    /// `run-now` on a pseudo-terminal, with a hand on its keyboard.
    private final class Terminal {
        private let screen: Child
        private let keyboard: Int32

        init(_ site: Site) throws {
            try site.gate("keyboard")
            // Open in both directions: neither side waits for the other.
            keyboard = open("\(site.marks)/keyboard", O_RDWR | O_CLOEXEC)
            let terminal = "exec script -qefc \"exec $*\" /dev/null <'\(site.marks)/keyboard'"
            screen = try site.start("run-now", "hand", through: ["/bin/sh", "-c", terminal, "sh"])
        }

        deinit { close(keyboard) }

        var text: String { screen.output }

        func press(_ keys: String) { _ = write(keyboard, keys, keys.utf8.count) }

        func wait(for words: String, times: Int = 1, on site: Site) throws {
            try site.wait(words, of: screen) { self.text.components(separatedBy: words).count > times ? true : nil }
        }

        func end() throws -> ChildEnd { try screen.wait() }
    }

    private static let controlC = "\u{3}"
    private static let question = "c: cancel it, l: leave it running"

    private func site() throws -> Site {
        try Site(jobs: ["hand": Jobs.shell("echo begun; sleep 600", schedule: nil, extra: "grace: 1s")])
    }

    /// A daemon, a run, and the question about it on the screen.
    private func ask() throws -> (Site, Child, Terminal) {
        let site = try site()
        let daemon = try site.daemon()
        let terminal = try Terminal(site)
        try terminal.wait(for: "begun", on: site)
        terminal.press(Self.controlC)
        try terminal.wait(for: Self.question, on: site)
        return (site, daemon, terminal)
    }

    @Test func aSecondControlCStopsTheRun() throws {
        let (site, daemon, terminal) = try ask()
        terminal.press(Self.controlC)
        let end = try terminal.end()
        #expect(end == .exited(8), "\(terminal.text)")
        #expect(try site.ledger.column("SELECT state FROM runs") == ["cancelled"])
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func cStopsTheRun() throws {
        let (site, daemon, terminal) = try ask()
        terminal.press("c\n")
        let end = try terminal.end()
        #expect(end == .exited(8), "\(terminal.text)")
        #expect(try site.ledger.column("SELECT state FROM runs") == ["cancelled"])
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func lLeavesTheRun() throws {
        let (site, daemon, terminal) = try ask()
        terminal.press("l\n")
        _ = try terminal.end()
        #expect(terminal.text.contains("goes on"), "\(terminal.text)")
        #expect(try site.ledger.column("SELECT state FROM runs") == ["running"])
        #expect(try site.start("cancel", "hand", "--wait").wait() == .exited(0))
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func enterWatchesOnAndControlCAsksAgain() throws {
        let (site, daemon, terminal) = try ask()
        terminal.press("\n")
        try terminal.wait(for: "watching on", on: site)
        terminal.press(Self.controlC)
        try terminal.wait(for: Self.question, times: 2, on: site)
        #expect(try site.ledger.column("SELECT state FROM runs") == ["running"])
        terminal.press("c\n")
        let end = try terminal.end()
        #expect(end == .exited(8), "\(terminal.text)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func withoutADaemonTheRunCanBeLeftToo() throws {
        let site = try site()
        let terminal = try Terminal(site)
        try terminal.wait(for: "begun", on: site)
        terminal.press(Self.controlC)
        try terminal.wait(for: Self.question, on: site)
        terminal.press("l\n")
        _ = try terminal.end()
        let daemon = try site.daemon()
        #expect(daemon.errors.contains("goes on and is watched again"), "\(terminal.text)\(daemon.errors)")
        #expect(try site.start("cancel", "hand", "--wait").wait() == .exited(0))
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }
}
