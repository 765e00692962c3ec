import JobKit
import SchedulerCore

/// One definition in the file of kept definitions, with all that it depends on.
struct KeptDefinition {
    /// What the file looked like when it was read.
    var identity: FileIdentity
    /// The daemon's variables that it names, with a hash of each value; nil for one that was not set.
    var variables: [Variable]
    var environmentFile: KeptEnvironmentFile?
    var definition: JobDefinition
    /// Findings that came with it; none is an error.
    var warnings: [FileFinding]

    struct Variable: Hashable {
        var name: String
        var hash: UInt64?
    }

    /// A hash of a variable's value; the value itself may be nobody's business.
    static func hash(of value: String?) -> UInt64? {
        guard let value else { return nil }
        var hash = Checksum()
        hash.combine(value)
        return hash.value
    }
}

extension ByteWriter {
    mutating func write(_ kept: KeptDefinition) {
        write(kept.identity)
        write(kept.variables) { writer, variable in
            writer.write(variable.name)
            writer.write(variable.hash) { $0.write($1) }
        }
        write(kept.environmentFile) { writer, file in
            writer.write(file.path)
            writer.write(file.identity)
        }
        write(kept.definition)
        write(kept.warnings) { $0.write($1) }
    }

    private mutating func write(_ identity: FileIdentity) {
        write(identity.device)
        write(identity.inode)
        write(identity.size)
        write(identity.modified)
        write(identity.changed)
    }

    private mutating func write(_ finding: FileFinding) {
        write(finding.line)
        write(finding.column)
        write(finding.endColumn)
        write(finding.problem)
        write(finding.fix)
        write(finding.sourceLine) { $0.write($1) }
    }
}

extension ByteReader {
    /// - Parameter path: of the job file, for its warnings.
    mutating func kept(path: String) throws(DamagedBytes) -> KeptDefinition {
        KeptDefinition(
            identity: try identity(),
            variables: try list { reader throws(DamagedBytes) in
                KeptDefinition.Variable(
                    name: try reader.text(),
                    hash: try reader.optional { reader throws(DamagedBytes) in UInt64(bitPattern: try reader.integer()) })
            },
            environmentFile: try optional { reader throws(DamagedBytes) in
                KeptEnvironmentFile(path: try reader.text(), identity: try reader.identity())
            },
            definition: try definition(),
            warnings: try list { reader throws(DamagedBytes) in try reader.warning(path: path) })
    }

    private mutating func identity() throws(DamagedBytes) -> FileIdentity {
        FileIdentity(
            device: UInt64(bitPattern: try integer()), inode: UInt64(bitPattern: try integer()), size: try integer(),
            modified: try integer(),
            changed: try integer())
    }

    private mutating func warning(path: String) throws(DamagedBytes) -> FileFinding {
        var finding = FileFinding(file: path, severity: .warning, problem: "", fix: "")
        finding.line = try int()
        finding.column = try int()
        finding.endColumn = try int()
        finding.problem = try text()
        finding.fix = try text()
        finding.sourceLine = try optional { reader throws(DamagedBytes) in try reader.text() }
        return finding
    }
}
