import Glibc

/// Puts together the whole environment of a worker: nothing of the caller's own gets through.
enum WorkerEnvironment {
    /// What Debian gives a system service.
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Defaults, then the request's own, then ACORE_… which nobody else may set.
    static func variables(
        for request: LaunchRequest, user: UserRecord?, temporary: String, secrets: String?
    ) -> [(name: String, value: String)] {
        var all = [("PATH", defaultPath), ("LANG", "C.UTF-8"), ("TMPDIR", temporary)]
        if let user {
            all += [
                ("HOME", user.home), ("USER", user.name), ("LOGNAME", user.name), ("SHELL", user.shell.isEmpty ? "/bin/sh" : user.shell),
            ]
        }
        all += request.environment.map { ($0.name, $0.value) }
        all += [("ACORE_RUN", request.run), ("ACORE_JOB", request.job), ("ACORE_ATTEMPT", String(request.attempt))]
        if let secrets { all.append(("ACORE_SECRETS_DIR", secrets)) }
        return lastOfEachName(all)
    }

    /// A name said twice has the value said last, in the place of the first.
    private static func lastOfEachName(_ all: [(String, String)]) -> [(name: String, value: String)] {
        var places: [String: Int] = [:]
        var kept: [(name: String, value: String)] = []
        for (name, value) in all {
            if let place = places[name] {
                kept[place].value = value
            } else {
                places[name] = kept.count
                kept.append((name: name, value: value))
            }
        }
        return kept
    }

    /// What cannot stand in an environment.
    static func problem(in environment: [(name: String, value: String)]) -> String? {
        for (name, value) in environment {
            if name.isEmpty || name.utf8.contains(61) || name.utf8.contains(0) {
                return "the variable name \"\(name)\" is empty or has = or NUL in it"
            }
            if value.utf8.contains(0) { return "the value of \(name) has NUL in it" }
        }
        return nil
    }
}
