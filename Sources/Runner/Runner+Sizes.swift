import CLinux
import Glibc

extension Runner {
    /// How many bytes a run has written so far; zero for what is not there.
    package func outputSizes(of run: String) throws(RunnerError) -> (events: Int, errors: Int) {
        let folder = try RunFolder(run: run, in: settings)
        return (Self.size(of: folder.events), Self.size(of: folder.errors))
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
