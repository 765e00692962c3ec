import FileTree
import JobKit

/// One place that gets a copy of the repository, as `copies:` declares it.
package struct CopySettings: Sendable, Hashable {
    /// How thoroughly a file is compared once it is there.
    package enum Verification: String, CaseIterable, Sendable {
        /// Every byte is read back once, unless the place itself tells a checksum.
        case full
        /// Of archives only samples.
        case sample
    }

    /// What S3 needs beyond bucket and prefix.
    package struct S3: Sendable, Hashable {
        /// Nil for Amazon's own.
        package let endpoint: String?
        package let region: String
        package let hasPathStyle: Bool
    }

    package let name: String
    /// Nil when it cannot be understood; then there is an error among the findings.
    package let place: CopyPlace?
    /// A file: its path, or its name among the run's secrets.
    package let key: String?
    package let knownHosts: String
    package let s3: S3
    /// Bytes a second.
    package let rate: Int64?
    package let verification: Verification
    /// After the first attempt.
    package let retries: Int
    /// Whether what retention removes here goes there, too.
    package let prunes: Bool

    init(name: String, from section: inout SettingsSection) {
        self.name = name
        let to = section.requiredText("to", help: "Where: /a/folder, sftp://user@host:port/folder, s3://bucket/prefix.")
        key = section.optionalText(
            "key",
            help: "File with the private SSH key, or with the access key of S3: an absolute path, or a name below secrets: of this job.")
        knownHosts = section.text(
            "known_hosts", form: .absolutePath, default: "/etc/ssh/ssh_known_hosts",
            help: "Hosts that are trusted, as ssh-keyscan writes them; no other is sent anything.")
        let endpoint = section.optionalText("endpoint", form: .webAddress, help: "The S3 server; without it Amazon's of the region.")
        let region = section.text("region", form: .name, default: "us-east-1", help: "The region of the bucket.")
        let hasPathStyle = section.flag(
            "path_style", default: true, help: "Whether the bucket is the first part of the path; else it comes before the host's name.")
        s3 = S3(endpoint: endpoint, region: region, hasPathStyle: hasPathStyle)
        rate = section.optionalBytes("rate", in: ByteCount(1024)...ByteCount(1 << 40), help: "At most so many bytes a second.")?.bytes
        verification = section.choice(
            "verify", default: Verification.full,
            help: "full reads every file that was sent back once (S3: compares the checksum that it tells), sample parts of archives.")
        retries = section.integer("retries", in: 0...20, default: 3, help: "How often a transfer that broke off is tried again in a run.")
        prunes = section.flag("prune", default: true, help: "Whether points that retention removes here are removed there, too.")
        place = Self.place(to, in: &section)
        check(&section)
    }

    /// The copies of a job.
    static func all(in section: inout SettingsSection) -> [CopySettings] {
        section.sectionMap("copies", help: "Places that get a copy of the repository after each run: a name, and where it lies.") {
            CopySettings(name: $0, from: &$1)
        }
    }

    /// Rules across settings: a copy is neither part of what it copies nor stored with the sources.
    static func check(
        _ copies: [CopySettings], repository: String, sources: [BackupSettings.Source], in section: inout SettingsSection
    ) {
        for copy in copies {
            guard case .folder(let path) = copy.place else { continue }
            for (what, place) in [("the repository", repository)] + sources.map({ ("the source \($0.name)", $0.path) }) {
                guard PathBytes(path).components.starts(with: PathBytes(place).components), !place.isEmpty else { continue }
                section.report(
                    .error, at: "copies", problem: "the copy \(copy.name) lies in \(what), \(place)", fix: "name a folder outside of it")
            }
        }
    }

    private static func place(_ text: String, in section: inout SettingsSection) -> CopyPlace? {
        guard !text.isEmpty else { return nil }
        do throws(CopyPlace.Complaint) {
            return try CopyPlace.read(text)
        } catch {
            section.report(.error, at: "to", problem: "\(Finding.name(of: section.path + ["to"])) \(error.problem)", fix: error.fix)
            return nil
        }
    }

    /// Rules that a type cannot tell.
    private func check(_ section: inout SettingsSection) {
        if !BackupSettings.isSetName(name) {
            section.report(
                .error, at: "to", problem: "the copy's name must be lower-case letters, digits, _ and -, not \"\(name)\"",
                fix: "write such a name, for example \(BackupSettings.setName(from: name))")
        }
        switch place {
        case nil, .folder: break
        case .sftp, .s3:
            guard key == nil else { break }
            section.report(
                .error, at: "to", problem: "\(Finding.name(of: section.path)) lacks key",
                fix: "add key: NAME and secrets: {NAME: secret:SOURCE} to the job, or key: /path/of/a/file with mode 0400")
        }
    }
}
