import Glibc
import JobKit
import SchedulerCore

/// Where the definition of one file comes from: from an earlier load when nothing changed, else from the file.
struct FileSource: Sendable {
    let reader: JobFileReader
    let cache: DefinitionCache

    /// Reads what is not kept. The text of a file in which nothing is wrong is let go: all of them at once would be the largest thing
    /// that the daemon ever holds.
    func read(_ candidate: Candidate) -> ReadFile {
        var file = read(candidate) { identity in
            guard let kept = cache.definition(path: candidate.path, identity: identity, environment: reader.environment) else { return nil }
            if let user = kept.definition.surroundings.runAs, user != reader.rules.currentUser, !reader.rules.userExists(user) {
                return nil
            }
            return ReadFile(kept, path: candidate.path, name: candidate.job)
        }
        if file.faults.isEmpty {
            file.placer = nil
            file.source = nil
        }
        return file
    }

    /// Reads the file itself, for findings with places.
    func readAnew(_ candidate: Candidate) -> ReadFile { read(candidate) { _ in nil } }

    private func read(_ candidate: Candidate, kept: (FileIdentity) -> ReadFile?) -> ReadFile {
        let path = candidate.path
        do throws(FileRefusal) {
            var found: stat?
            // A look costs as much as opening, and where nothing is kept only strange files are worth it.
            if cache.count > 0 || !candidate.isRegular {
                let status = try OpenedFile.look(at: candidate.file, in: candidate.folder.descriptor)
                if let identity = OpenedFile.identity(from: status, path: path, privileged: reader.rules.privileged),
                    let file = kept(identity)
                {
                    return file
                }
                found = status
            }
            let file = try OpenedFile.open(candidate.file, in: candidate.folder.descriptor, found: found)
            if reader.rules.privileged, let complaint = AccessRules.complaint(about: file.status, path: path) { throw complaint }
            return reader.read(file, path: path, name: candidate.job)
        } catch {
            var result = ReadFile(path: path, name: candidate.job)
            result.bare = [FileFinding(file: path, problem: "the file is refused: \(error.problem)", fix: error.fix)]
            return result
        }
    }
}

extension ReadFile {
    /// A file that did not need to be read.
    init(_ kept: KeptDefinition, path: String, name: String) {
        self.init(path: path, name: name)
        identity = kept.identity
        draft = kept.definition
        bare = kept.warnings
        environmentFile = kept.environmentFile
        variables = Set(kept.variables.map(\.name))
        wasKept = true
    }

    /// What to keep of it; nil when it has an error, or holds a secret.
    func kept(environment: [String: String]) -> KeptDefinition? {
        guard isFitToKeep, let draft, let identity else { return nil }
        let used = variables.sorted().map { KeptDefinition.Variable(name: $0, hash: KeptDefinition.hash(of: environment[$0])) }
        return KeptDefinition(
            identity: identity, variables: used, environmentFile: environmentFile, definition: draft, warnings: findings)
    }
}
