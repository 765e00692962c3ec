import Archive
import FileTree
import JobKit
import Transfer

/// A copy on another machine that speaks SFTP.
final class SFTPTarget: CopyTarget {
    /// Of a file that is gone on with, so many bytes in front of its end are compared first.
    private static let comparedTail: Int64 = 1 << 20
    /// For one that moves no file's content.
    private static let commandTime = Duration.seconds(120)
    /// A folder's listing is shorter.
    private static let listingLimit = 16 << 20

    let place: String
    private let address: String
    /// The folder, without a slash at its end; of the user's home, `/~` is its beginning.
    private let base: String
    private let login: SessionTransfer.Login
    private let settings: CopySettings
    private let session: TransferSession

    init(
        user: String, host: String, port: Int, path: String, key: CopyCredential, settings: CopySettings, stop: StopFlag
    ) {
        place = "sftp://\(host):\(port)\(path)"
        address = "sftp://\(host):\(port)"
        base = path
        login = .sshKey(user: user, file: key.path, knownHosts: settings.knownHosts)
        self.settings = settings
        session = TransferSession(isStopped: { stop.isStopped })
    }

    func list() throws(CopyError) -> CopyListing {
        var listing = CopyListing()
        let top = try entries(of: "")
        for file in top where !file.isFolder { listing.add(file.name, size: file.size) }
        for set in top where set.isFolder && set.name.hasPrefix("set-") {
            for group in try entries(of: set.name) where group.isFolder && PointGroup(rawValue: group.name) != nil {
                for chain in try entries(of: "\(set.name)/\(group.name)") where PointPlace.isChain([set.name, group.name, chain.name]) {
                    let path = "\(set.name)/\(group.name)/\(chain.name)"
                    for file in try entries(of: path) where !file.isFolder { listing.add("\(path)/\(file.name)", size: file.size) }
                }
            }
        }
        return listing
    }

    private func entries(of folder: String) throws(CopyError) -> [SFTPEntry] {
        var transfer = transfer(folder.isEmpty ? "" : folder + "/")
        transfer.timeout = Self.commandTime
        transfer.maximumBodyBytes = Self.listingLimit
        do throws(CopyError) {
            let text = String(decoding: try perform(transfer, folder).body, as: UTF8.self)
            let lines = text.split(whereSeparator: \.isNewline)
            let entries = lines.compactMap { SFTPEntry(line: $0) }
            // Every folder has at least itself.
            guard entries.isEmpty, let line = lines.first else { return entries }
            throw CopyError(
                .lasting, "\(place) lists its files in a form that is not known: \(line.prefix(80))",
                fix: "use a server that lists them as ls -l does, such as OpenSSH's")
        } catch {
            if error.kind == .missing { return [] }
            throw error
        }
    }

    private func size(of path: String) throws(CopyError) -> Int64? {
        let slash = path.lastIndex(of: "/")
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        return try entries(of: slash.map { String(path[..<$0]) } ?? "").first { $0.name == name && !$0.isFolder }?.size
    }

    func put(_ file: CopySource, at path: String) throws(CopyError) {
        let partial = path + CopyListing.unfinishedSuffix
        do throws(CopyError) {
            let offset = try resumed(file, partial)
            let reader = try CopyReader(file, from: offset)
            if offset < file.size { try send(reader, of: file, from: offset, to: partial) }
            try reader.check()
            guard try verify(file, at: partial) else {
                try removeFile(partial)
                throw CopyError(.transient, "\(place)/\(path) does not come back as it was sent", fix: "check the other machine's disk")
            }
        } catch {
            if error.kind == .damagedHere { try removeFile(partial) }
            throw error
        }
        try command(["*rm \(base)/\(path)", "rename \(base)/\(partial) \(base)/\(path)"], for: path)
    }

    /// Bytes that are there and look right.
    private func resumed(_ file: CopySource, _ partial: String) throws(CopyError) -> Int64 {
        guard let size = try size(of: partial), size > 0 else { return 0 }
        let first = max(0, size - Self.comparedTail)
        guard size <= file.size, try read(partial, first..<size) == file.bytes(first..<size) else {
            try removeFile(partial)
            return 0
        }
        return size
    }

    private func send(_ reader: CopyReader, of file: CopySource, from offset: Int64, to path: String) throws(CopyError) {
        var transfer = transfer(path)
        transfer.upload = .stream(size: file.size, offset: offset) { reader.read(into: $0) }
        do throws(CopyError) {
            _ = try perform(transfer, path)
        } catch {
            throw reader.error ?? error
        }
    }

    func verify(_ file: CopySource, at path: String) throws(CopyError) -> Bool {
        guard try size(of: path) == file.size else { return false }
        if settings.verification == .sample, let samples = CopySamples(of: file.size) {
            for range in samples.ranges where try read(path, range) != file.bytes(range) { return false }
            return true
        }
        let (size, digest) = try digest(of: path)
        return size == file.size && digest.description == file.sha256
    }

    private func read(_ path: String, _ range: Range<Int64>) throws(CopyError) -> [UInt8] {
        var transfer = transfer(path)
        transfer.range = (range.lowerBound, range.upperBound - 1)
        return try perform(transfer, path).body
    }

    func replace(_ path: String, with content: [UInt8]) throws(CopyError) {
        let partial = path + CopyListing.unfinishedSuffix
        var transfer = transfer(partial)
        transfer.upload = .bytes(content)
        _ = try perform(transfer, path)
        try command(["*rm \(base)/\(path)", "rename \(base)/\(partial) \(base)/\(path)"], for: path)
    }

    func get(_ path: String, from offset: Int64, take: (UnsafeRawBufferPointer) -> Bool) throws(CopyError) {
        let outcome = withoutActuallyEscaping(take) { take in
            Result { () throws(CopyError) in
                var transfer = transfer(path)
                if offset > 0 { transfer.range = (offset, nil) }
                transfer.take = take
                _ = try perform(transfer, path)
            }
        }
        try outcome.get()
    }

    func remove(_ path: String) throws(CopyError) {
        try removeFile(path)
        // libcurl does not say why a removal failed.
        guard try size(of: path) == nil else {
            throw CopyError(
                .lasting, "\(place)/\(path) cannot be removed", fix: "give the user of the copy the right to remove files there")
        }
    }

    func removeUnfinished(_ path: String) throws(CopyError) { try remove(path + CopyListing.unfinishedSuffix) }

    private func removeFile(_ path: String) throws(CopyError) {
        try command(["*rm \(base)/\(path)"], for: path)
    }

    func removeEmptyFolder(_ path: String) throws(CopyError) {
        try command(["*rmdir \(base)/\(path)"], for: path)
    }

    func setLatest(in group: String, to record: String) throws(CopyError) {
        // What a link names cannot be asked for, but read: no two records are the same.
        if let current = try read("\(group)/latest", limit: CopyPoint.recordLimit),
            try read("\(group)/\(record)", limit: CopyPoint.recordLimit) == current
        {
            return
        }
        // Some servers know no links; the records say the same.
        try command(["*rm \(base)/\(group)/latest", "*symlink \(record) \(base)/\(group)/latest"], for: group)
    }

    private func command(_ commands: [String], for path: String) throws(CopyError) {
        var transfer = transfer("")
        transfer.commands = commands
        transfer.isWithoutBody = true
        transfer.timeout = Self.commandTime
        _ = try perform(transfer, path)
    }

    private func transfer(_ path: String) -> SessionTransfer {
        var transfer = SessionTransfer("\(address)\(base)/\(path)")
        transfer.login = login
        transfer.bytesPerSecond = settings.rate
        return transfer
    }

    private func perform(_ transfer: SessionTransfer, _ path: String) throws(CopyError) -> HTTPResponse {
        do throws(SessionError) {
            return try session.perform(transfer)
        } catch {
            throw failure(error, path)
        }
    }

    private func failure(_ error: SessionError, _ path: String) -> CopyError {
        let what = "\(place)\(path.isEmpty ? "" : "/\(path)"): \(error.reason)"
        switch error.kind {
        case .stopped: return .stopped
        case .givenUp: return CopyError(.transient, what, fix: "look at what else is said")
        case .missing: return CopyError(.missing, what, fix: "the next run sends it again")
        case .unreachable: return CopyError(.transient, what, fix: "check the address, and that an SSH server listens there")
        case .timedOut: return CopyError(.transient, what, fix: "look whether the other machine is overloaded, or hangs")
        case .broken: return CopyError(.transient, what, fix: "look at the log of the other machine's SSH server")
        case .untrusted:
            return CopyError(
                .lasting, "\(address) is not the host that \(settings.knownHosts) knows: \(error.reason)",
                fix: "compare its key with the one that its administrator tells you, and add that to \(settings.knownHosts)")
        case .loginRefused:
            return CopyError(
                .lasting, "\(address) refuses the user's key: \(error.reason)",
                fix: "add the public key to authorized_keys there; a key must be ed25519 or ECDSA and have no passphrase")
        case .full: return CopyError(.lasting, what, fix: "free room there, or keep fewer points")
        case .refused: return CopyError(.lasting, what, fix: "give the user of the copy the right to write there")
        }
    }
}
