import Glibc
import Runner

// A program of the tests: starts runs as a daemon would.
//   runner-probe start STATE LAUNCHER RUN SCRIPT   start a run and end at once
//   runner-probe ready STATE LAUNCHER              make launchers ready, and be killed
//   runner-probe cgroups STATE LAUNCHER            check on a kernel with cgroup v2 that limits hold
let words = CommandLine.arguments
switch words.count > 1 ? words[1] : "" {
case "start" where words.count == 6:
    let runner = try Runner(settings: RunnerSettings(stateDirectory: words[2], launcherPath: words[3]))
    var request = LaunchRequest(run: words[4], job: "probe", mode: .program, arguments: ["sh", "-c", words[5]])
    request.grace = .seconds(20)
    if words[5] == "deadline" {
        request.arguments = ["tail", "-f", "/dev/null"]
        request.timeout = .milliseconds(500)
    }
    _ = try runner.start(try runner.prepare(request))
case "ready" where words.count == 4:
    try Runner(settings: RunnerSettings(stateDirectory: words[2], launcherPath: words[3])).makeLaunchersReady(3)
    kill(getpid(), SIGKILL)
case "cgroups" where words.count == 4:
    exit(try await CgroupChecks(state: words[2], launcher: words[3]).run())
default:
    print("usage: runner-probe start STATE LAUNCHER RUN SCRIPT | ready STATE LAUNCHER | cgroups STATE LAUNCHER")
    exit(64)
}
