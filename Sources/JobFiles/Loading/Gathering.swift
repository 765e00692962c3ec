import CLinux
import Glibc
import JobKit

/// Collects the files to read from the paths that somebody named.
struct Gathering {
    let privileged: Bool
    private(set) var candidates: [Candidate] = []
    private(set) var findings: [FileFinding] = []
    private(set) var refused: [JobFileRecord] = []
    /// Names of all jobs in the folders concerned.
    private(set) var names: Set<String> = []
    private(set) var isComplete = true

    init(privileged: Bool) { self.privileged = privileged }

    /// A folder or a file.
    mutating func add(_ path: String) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        if isThere, status.st_mode & S_IFMT == S_IFDIR { return addFolder(path) }
        guard isThere || errno != ENOENT else {
            return refuse(path, FileRefusal(problem: "there is no such file or folder", fix: "check the path"))
        }
        let (folder, file) = Self.split(path)
        guard let held = open(folder) else { return }
        do throws(FileRefusal) {
            for listed in try FolderListing.names(in: held.descriptor) {
                if case .job(let job) = JobName(file: listed.name) { names.insert(job) }
            }
        } catch {
            refuse(folder, error)
        }
        switch JobName(file: file) {
        case .job(let job): candidates.append(Candidate(folder: held, file: file, job: job))
        case .none:
            refuse(
                path,
                FileRefusal(problem: "the file is no job file: those end in .yaml and do not begin with '.'", fix: "name another file"))
        case .refused(let severity, let problem, let fix):
            findings.append(FileFinding(file: Self.shown(path), severity: severity, problem: problem, fix: fix))
            refused.append(JobFileRecord(path: Self.shown(path), job: nil, identity: nil, hasError: severity == .error, wasKept: false))
        }
    }

    /// All job files of a folder.
    mutating func addFolder(_ path: String) {
        guard let held = open(path) else { return }
        do throws(FileRefusal) {
            for listed in try FolderListing.names(in: held.descriptor) {
                let file = listed.name
                switch JobName(file: file) {
                case .job(let job):
                    names.insert(job)
                    candidates.append(Candidate(folder: held, file: file, job: job, isRegular: listed.isRegular))
                case .none: break
                case .refused(let severity, let problem, let fix):
                    let shown = Self.shown(held.path(of: file))
                    findings.append(FileFinding(file: shown, severity: severity, problem: problem, fix: fix))
                    refused.append(JobFileRecord(path: shown, job: nil, identity: nil, hasError: severity == .error, wasKept: false))
                }
            }
        } catch {
            refuse(path, error)
        }
    }

    private mutating func open(_ path: String) -> HeldFolder? {
        do throws(FileRefusal) {
            let held = try HeldFolder(path)
            if privileged, let complaint = AccessRules.complaint(aboutFolder: path) { throw complaint }
            return held
        } catch {
            refuse(path, error)
            return nil
        }
    }

    private mutating func refuse(_ path: String, _ refusal: FileRefusal) {
        isComplete = false
        findings.append(FileFinding(file: Self.shown(path), problem: refusal.problem, fix: refusal.fix))
    }

    private static func split(_ path: String) -> (folder: String, file: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        return (folder, String(path[path.index(after: slash)...]))
    }

    /// A path without characters that could play tricks on a terminal.
    private static func shown(_ path: String) -> String {
        String(String.UnicodeScalarView(path.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
