import Foundation
import Glibc
import Testing

/// Who may ask a daemon for what. Needs root, to be others.
@Suite(.ownThread, .enabled(if: geteuid() == 0, "needs root"))
struct AccessTests {
    /// Users that every Debian has: in the groups of operators, and in the group of viewers.
    enum Person: String, CaseIterable {
        case `operator` = "www-data"
        case furtherOperator = "irc"
        case viewer = "games"
    }

    /// Whether others can run the programs: a folder above them may be closed.
    static let areProgramsOpen: Bool = {
        do {
            let site = try Site()
            return try site.start(words: ["--version"], through: ["/usr/sbin/runuser", "-u", "nobody", "--"]).wait() == .exited(0)
        } catch {
            return false
        }
    }()

    /// A daemon that knows the groups, with a job that it can be asked about.
    private func begin() throws -> (Site, Child) {
        let site = try Site(jobs: ["hand": Jobs.shell("echo out-of-hand", schedule: nil)])
        try site.configure("operators: [www-data, irc]\nviewers: [games]\n")
        return (site, try site.daemon())
    }

    /// Sends a request as somebody else.
    /// - Returns: the status and the body.
    private func ask(_ site: Site, as person: Person, _ method: String, _ path: String, body: String? = nil) throws -> (Int, String) {
        let words =
            ["/usr/sbin/runuser", "-u", person.rawValue, "--", "/usr/bin/curl", "-s", "-w", "\n%{http_code}", "-X", method]
            + ["--unix-socket", site.state + "/control.sock"] + (body.map { ["-d", $0] } ?? []) + ["http://local" + path]
        let asked = try Child(words, environment: site.environment, files: "\(site.root)/ask-\(UInt64.random(in: 0 ... .max))")
        #expect(try asked.wait() == .exited(0), "\(asked.errors)")
        let lines = asked.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    private struct Request {
        let method: String
        let path: String
        var body: String?
        /// What each person is answered with.
        let `operator`: Int
        let viewer: Int

        func status(for person: Person) -> Int {
            switch person {
            case .operator, .furtherOperator: self.operator
            case .viewer: viewer
            }
        }
    }

    private static let requests = [
        Request(method: "GET", path: "/v1/status", operator: 200, viewer: 200),
        Request(
            method: "POST", path: "/v1/read", body: #"{"arguments":["list"],"colour":false}"#, operator: 200, viewer: 200),
        // A verb of a kind runs with the daemon's secrets: looking is not enough for it.
        Request(method: "POST", path: "/v1/read", body: #"{"arguments":["health","explain"],"colour":false}"#, operator: 400, viewer: 400),
        Request(
            method: "POST", path: "/v1/read", body: #"{"arguments":["health","--json","--explain=x"],"colour":false}"#, operator: 400,
            viewer: 400),
        Request(method: "GET", path: "/v1/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV", operator: 404, viewer: 404),
        Request(method: "POST", path: "/v1/jobs/hand/runs", body: #"{"settings":[],"dry_run":false}"#, operator: 200, viewer: 403),
        Request(
            method: "POST", path: "/v1/jobs/hand/runs", body: #"{"settings":["shell=id"],"dry_run":false}"#, operator: 403, viewer: 403),
        Request(method: "POST", path: "/v1/jobs/hand/pause", body: "{}", operator: 200, viewer: 403),
        Request(method: "POST", path: "/v1/jobs/hand/resume", operator: 200, viewer: 403),
        Request(method: "POST", path: "/v1/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV/cancel", operator: 404, viewer: 403),
        Request(method: "POST", path: "/v1/reload", operator: 403, viewer: 403),
        Request(method: "GET", path: "/v1/audit", operator: 403, viewer: 403),
        Request(
            method: "POST", path: "/v1/verbs", body: #"{"kind":"command","arguments":[],"dry_run":false,"colour":false}"#, operator: 200,
            viewer: 403),
    ]

    @Test(arguments: Person.allCases)
    func eachPersonGetsWhatTheirRoleAllows(_ person: Person) throws {
        let (site, daemon) = try begin()
        for request in Self.requests {
            let (status, body) = try ask(site, as: person, request.method, request.path, body: request.body)
            #expect(status == request.status(for: person), "\(request.method) \(request.path) \(request.body ?? ""): \(body)")
        }
        // Each acting call has its row, denied or not, with who it was.
        let acting = Self.requests.filter { $0.method == "POST" && $0.path != "/v1/read" && $0.path != "/v1/verbs" }
        let rows = try site.ledger.rows("SELECT user, result = 'denied' FROM audit ORDER BY id")
        #expect(rows == acting.map { [person.rawValue, $0.status(for: person) == 403 ? "1" : "0"] })
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    /// - Parameter mode: of the state folder: the ledger in it is the daemon's alone.
    @Test(.enabled(if: areProgramsOpen, "other users cannot run the programs where they lie"), arguments: [0o711, 0o755] as [mode_t])
    func aViewerReadsWhatTheStateFolderHidesAndSeesTheSameWords(_ mode: mode_t) throws {
        let (site, daemon) = try begin()
        chmod(site.state, mode)
        let mine = try site.start("run-now", "hand")
        #expect(try mine.wait() == .exited(0))
        for words in [["list"], ["show", "hand"], ["history"], ["history", "hand", "--json"], ["logs", "hand"], ["explain", "hand"]] {
            let owners = try site.start(words: words)
            #expect(try owners.wait() == .exited(0), "\(owners.errors)")
            let theirs = try site.start(words: words, through: ["/usr/sbin/runuser", "-u", "games", "--"])
            #expect(try theirs.wait() == .exited(0), "\(words): \(theirs.errors)")
            #expect(Self.stable(theirs.output) == Self.stable(owners.output))
        }
        let missing = try site.start(words: ["show", "nobody"], through: ["/usr/sbin/runuser", "-u", "games", "--"])
        #expect(try missing.wait() == .exited(4))
        let denied = try site.start(words: ["history"], through: ["/usr/sbin/runuser", "-u", "nobody", "--"])
        #expect(try denied.wait() == .exited(5), "\(denied.output)\(denied.errors)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aViewerWithManyConnectionsLocksNobodyOut() throws {
        let (site, daemon) = try begin()
        let script = """
            import select, signal, socket, sys, time
            held = set()
            for _ in range(150):
                one = socket.socket(socket.AF_UNIX); one.connect(sys.argv[1]); held.add(one)
            deadline = time.monotonic() + 15
            while len(held) > 50 and time.monotonic() < deadline:
                held -= {one for one in select.select(list(held), [], [], 1)[0] if not one.recv(1)}
            print("held", len(held), flush=True)
            signal.pause()
            """
        let viewer = ["--reuid", Person.viewer.rawValue, "--regid", Person.viewer.rawValue, "--init-groups"]
        let holder = try Child(
            ["/usr/bin/setpriv"] + viewer + ["/usr/bin/python3", "-c", script, site.state + "/control.sock"],
            environment: site.environment, files: "\(site.root)/holder")
        try site.wait("the connections", of: daemon) { holder.output.contains("held") ? true : nil }
        #expect(holder.output == "held 50\n")
        let status = try site.start("status")
        #expect(try status.wait() == .exited(0), "\(status.errors)")
        #expect(try ask(site, as: .operator, "GET", "/v1/status").0 == 200)
        try holder.killNow()
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test(.enabled(if: areProgramsOpen, "other users cannot run the programs where they lie"))
    func othersCannotEvenConnect() throws {
        let (site, daemon) = try begin()
        let list = try Child(
            ["getfacl", "--omit-header", "--absolute-names", site.state + "/control.sock"], environment: site.environment,
            files: "\(site.root)/list")
        #expect(try list.wait() == .exited(0), "\(list.errors)")
        let lines = ["user::rw-", "group::rw-", "group:games:rw-", "group:irc:rw-", "mask::rw-", "other::---"]
        #expect(list.output.split(separator: "\n").map(String.init).sorted() == lines.sorted())
        let theirs = try site.start(words: ["run-now", "hand"], through: ["/usr/sbin/runuser", "-u", "nobody", "--"])
        #expect(try theirs.wait() == .exited(5), "\(theirs.errors)")
        #expect(theirs.errors.contains("this user may not use \(site.state)/control.sock"))
        let member = try site.start(words: ["run-now", "hand"], through: ["/usr/sbin/runuser", "-u", "www-data", "--"])
        #expect(try member.wait() == .exited(0), "\(member.errors)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    /// Without what differs from one look to the next: spans of time up to now, and the widths that follow from them.
    private static func stable(_ text: String) -> String {
        text.replacing(#/\d+ (ms|s|min) ago|now/#, with: "…").replacing(#/ +/#, with: " ")
    }
}
