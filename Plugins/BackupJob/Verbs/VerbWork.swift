import FileTree
import FoundationEssentials
import JobKit

/// Carries out a verb of the kind.
struct VerbWork {
    let settings: BackupSettings
    let set: String
    let call: VerbCall
    let context: JobContext
    let stop: StopFlag
    let now: @Sendable () -> Date
    let observe: @Sendable (RestoreStep) -> Void

    func answer(_ verb: BackupVerb) throws(BackupError) -> JobReport {
        switch verb {
        case .list: return try list()
        case .show: return try show()
        case .verify: return try verify()
        case .restore: return try restore()
        case .diff: return try diff()
        case .find: return try find()
        case .cat: return try cat()
        case .create: return try create()
        case .catalog: return try rebuildCatalog()
        case .prune: return try prune()
        case .pin, .unpin: return try mark(verb)
        case .copy: return try copy()
        case .fetch: return try fetch()
        case .drill: return try drill()
        }
    }

    /// The secret keys for what a verb reads.
    func keys(_ options: VerbOptions) -> IdentityFile? { IdentityFile(settings.encryption, named: options.identity, in: context) }

    /// The kind of points that is meant: without a word those that the job makes.
    func group(_ options: VerbOptions) -> PointGroup { options.givenGroup ?? settings.type.group }

    func lookup(_ options: VerbOptions) throws(BackupError) -> PointLookup {
        PointLookup(repository: try repository(options), set: set, group: group(options), context: context)
    }

    private func list() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .list, known: ["--from", "--json", "--kind"])
        let lookup = try lookup(options)
        let points = try lookup.all()
        let pins = try lookup.pins(of: points)
        if options.json {
            for point in points {
                let listed = ListedPoint(record: point, pin: pins[point.point])
                call.print(String(decoding: try JSONBytes.of(listed).dropLast(), as: UTF8.self))
            }
        } else {
            for line in PointTable.lines(points.reversed(), pinned: Set(pins.keys)) { call.print(line) }
        }
        return JobReport("\(points.count) points", numbers: ["points": Double(points.count)])
    }

    private func show() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .show, known: ["--from", "--identity", "--json", "--kind", "--path"])
        let (record, chain) = try lookup(options).point(try options.onlyWord("a point"))
        try PointContents(record: record, chain: chain).require(options.paths)
        let selection = PathSelection(options.paths)
        let manifest = try damage { () throws(StoreDamage) in try ManifestReader(record, in: chain) }
        var count = 0
        while let entry = try damage({ () throws(StoreDamage) in try manifest.next() }) {
            try stop.check()
            guard selection.holds(entry.path) else { continue }
            count += 1
            call.print(options.json ? String(decoding: entry.line.dropLast(), as: UTF8.self) : EntryText.line(entry))
        }
        return JobReport("\(count) entries", numbers: ["entries": Double(count)])
    }

    private func verify() throws(BackupError) -> JobReport {
        let options = try VerbOptions(
            call.arguments, verb: .verify, known: ["--from", "--full", "--identity", "--json", "--kind", "--quick", "--sample"])
        let lookup = try lookup(options)
        let word = options.words.isEmpty ? "latest" : try options.onlyWord("a point")
        let (record, chain) = try lookup.point(word)
        let verifier = ChainVerifier(
            record: record, chain: chain, folder: "c-\(record.chain)", damage: try lookup.damage(),
            points: try lookup.points().filter { $0.chain == record.chain }, stop: stop, share: options.share,
            report: { damage in printDamage(damage, options) }, checksums: try ChecksumList(of: lookup.repository),
            progress: ProgressReporter(context, unit: "bytes"))
        var result = try verifier.verify()
        // Whoever asks for the newest point is to hear of one that may be newer.
        for damage in PointLookup.isRelative(word) ? try lookup.damage(after: record) : [] {
            result.damages += 1
            printDamage(damage.problem, options)
        }
        if options.json { printResult(result, of: record) }
        guard result.damages == 0 else {
            throw .refused(
                JobFailure(
                    "\(Report.counted(result.damages, "damage")) in point \(record.point) of set \(set), or behind it", in: "verify",
                    fix: "restore what is damaged from another copy of the repository, and run a full backup", retry: .cannotHelp))
        }
        let line =
            "point \(record.point) is as it was stored: \(Report.counted(result.parts, "archive or list", many: "archives and lists")) read, "
            + "\(Report.counted(result.files, "file")) with \(ByteCount(result.bytes)) compared"
        if !options.json { call.print(line) }
        return JobReport(line, numbers: ["files": Double(result.files), "bytes": Double(result.bytes)])
    }

    private func printDamage(_ damage: String, _ options: VerbOptions) {
        guard options.json else { return call.print(damage) }
        var line = JSONLine()
        line.add("damage", damage)
        call.print(line.text)
    }

    private func printResult(_ result: ChainVerifier.Result, of record: PointRecord) {
        var line = JSONLine()
        line.add("point", record.point)
        line.add("damages", result.damages)
        line.add("parts", result.parts)
        line.add("files", result.files)
        line.add("bytes", result.bytes)
        call.print(line.text)
    }

    /// Makes a point.
    private func create() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .create, known: ["--identity", "--json"])
        var type = settings.type
        if !options.words.isEmpty {
            let word = try options.onlyWord("a type")
            guard let named = BackupSettings.PointType(rawValue: word) else {
                throw VerbOptions.usage(
                    "\(word) is no type of a point",
                    fix: "write \(BackupSettings.PointType.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            type = named
        }
        guard !self.settings.isDrill else {
            throw VerbOptions.usage("the job \(context.job) makes no points, it drills", fix: "name a job that does with --job")
        }
        let settings = settings.making(type, identity: options.identity)
        guard !settings.sources.isEmpty else {
            throw VerbOptions.usage(
                "the job \(context.job) has no source for a point of type \(type.rawValue)", fix: "name some in with.config_sources")
        }
        try RepositoryOwner.check(settings.repository, for: call.verb)
        let run = BackupRun(settings: settings, context: context, stop: stop, now: now, observe: { _ in })
        return try context.dryRun ? DryRun(run: run).report() : run.run()
    }

    func damage<Value>(_ body: () throws(StoreDamage) -> Value) throws(BackupError) -> Value {
        do throws(StoreDamage) {
            return try body()
        } catch {
            throw .damaged(error)
        }
    }
}
