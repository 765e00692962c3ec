import CLinux
import Glibc

extension Runner {
    /// Makes everything a run needs before its first process: folders, secrets, cgroups. For an attempt after the first the
    /// folder is used again, the records of the attempt before are kept under its number.
    package func prepare(_ request: LaunchRequest) throws(RunnerError) -> PreparedRun {
        let folder = try RunFolder(run: request.run, in: settings)
        try check(request)
        try makeRunFolder(folder, for: request)
        try makeTemporary(folder, owner: request.user)
        let secrets = try placeSecrets(of: request)
        let cgroup = try settings.cgroup?.makeRun(request.run, limits: request.limits)
        if cgroup != nil { try RunRecords.write(LimitRecord(request.limits), to: folder.limits) }
        let environment = WorkerEnvironment.variables(
            for: request, user: request.user ?? currentUser, temporary: folder.temporary, secrets: secrets)
        return PreparedRun(
            request: request, folder: folder.path, environment: environment,
            notEnforced: cgroup?.notEnforced ?? request.limits.notEnforced(user: request.user), cgroup: cgroup)
    }

    func check(_ request: LaunchRequest) throws(RunnerError) {
        func refusal(_ problem: String, _ fix: String) -> RunnerError { .request(run: request.run, problem: problem, fix: fix) }
        guard let program = request.arguments.first, !program.isEmpty else { throw refusal("it names no program", "give it a program") }
        if request.arguments.contains(where: { $0.utf8.contains(0) }) {
            throw refusal("an argument has NUL in it", "pass such bytes on stdin or in a file")
        }
        if let problem = WorkerEnvironment.problem(in: request.environment) { throw refusal(problem, "mend it under environment:") }
        if let directory = request.directory, !directory.hasPrefix("/") || directory.utf8.contains(0) {
            throw refusal("its working directory \(directory) is not an absolute path", "begin the path with /")
        }
        if let problem = request.limits.problem() { throw refusal(problem.text, problem.fix) }
        if let user = request.user, user.uid != geteuid(), geteuid() != 0 {
            throw refusal("only root can start it as \(user.name)", "leave run_as out, or install the privileged drop-in of the unit")
        }
        for secret in request.secrets where !isPlainName(secret.name) {
            throw refusal("a secret's name \"\(secret.name)\" is not a plain file name", "use letters, digits and _")
        }
        if !request.secrets.isEmpty && settings.runtimeDirectory == nil { throw .noRuntimeDirectory(run: request.run) }
    }

    private func isPlainName(_ name: String) -> Bool {
        !["", ".", ".."].contains(name) && name.utf8.count <= 255 && !name.utf8.contains(47) && !name.utf8.contains(0)
    }

    private func makeRunFolder(_ folder: RunFolder, for request: LaunchRequest) throws(RunnerError) {
        if stock.take(as: folder) || mkdir(folder.path, RunFolder.mode) == 0 { return }
        guard errno == EEXIST else {
            throw .last("make the run's folder", folder.path, fix: "check the rights and the free space of \(settings.stateDirectory)")
        }
        do throws(RunnerError) {
            switch try inspect(run: request.run) {
            case .starting, .running: throw .busy(run: request.run)
            case .neverStarted, .missing: return
            case .finished, .vanished: break
            }
        } catch .damagedRecord {
            // A power cut took what the launcher of the attempt before had written; or that one still lives.
            guard try folder.isLocked() != true else { throw .busy(run: request.run) }
        }
        guard request.attempt > 1 else {
            throw .request(run: request.run, problem: "its folder \(folder.path) holds an earlier attempt", fix: "count the attempt up")
        }
        try keepRecords(of: request.attempt - 1, in: folder)
        try appendNote("attempt \(request.attempt)", to: folder)
    }

    /// launch.json becomes launch.1.json and so on; what was set aside for exit.json goes.
    private func keepRecords(of attempt: Int, in folder: RunFolder) throws(RunnerError) {
        for name in ["exit", "launch", "figures"] {
            let old = "\(folder.path)/\(name).json"
            if rename(old, "\(folder.path)/\(name).\(attempt).json") != 0 && errno != ENOENT {
                throw .last("rename", old, fix: "check the rights of \(folder.path)")
            }
        }
        unlink(folder.path + "/exit.json.reserved")
    }

    /// One line of ours in events.jsonl; a full disk may lose it, and nothing else.
    private func appendNote(_ note: String, to folder: RunFolder) throws(RunnerError) {
        let file = try Descriptor.open(
            folder.events, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600, fix: "check the rights of \(folder.path)")
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let at = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
        let line = Array("{\"at\":\(at),\"note\":\"\(note)\"}\n".utf8)
        _ = write(file.number, line, line.count)
    }

    private func makeTemporary(_ folder: RunFolder, owner: UserRecord?) throws(RunnerError) {
        try Self.makeFolder(folder.temporary, mode: RunFolder.temporaryMode)
        try give(folder.temporary, to: owner)
    }

    private func give(_ path: String, to owner: UserRecord?) throws(RunnerError) {
        guard let owner, owner.uid != geteuid() else { return }
        guard lchown(path, owner.uid, owner.gid) == 0 else {
            throw .last("give to \(owner.name)", path, fix: "the daemon must be root to start jobs as another user")
        }
    }

    /// - Returns: the folder with the secrets, nil when there are none.
    func placeSecrets(of request: LaunchRequest) throws(RunnerError) -> String? {
        guard !request.secrets.isEmpty, let runtime = settings.runtimeDirectory else { return nil }
        let path = RunFolder.secrets(of: request.run, in: runtime)
        try Self.makeFolder(runtime + "/runs", mode: 0o711)
        try FolderTree.remove(path)
        try Self.makeFolder(path, mode: 0o700)
        for secret in request.secrets { try place(secret, in: path, for: request) }
        try give(path, to: request.user)
        return path
    }

    private func place(_ secret: SecretFile, in folder: String, for request: LaunchRequest) throws(RunnerError) {
        let path = folder + "/" + secret.name
        let fix = "check the rights and the free space of \(folder)"
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o400, fix: fix)
        guard write(file.number, secret.bytes, secret.bytes.count) == secret.bytes.count else { throw .last("write", path, fix: fix) }
        try give(path, to: request.user)
    }
}
