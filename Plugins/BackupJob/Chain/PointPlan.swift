import FoundationEssentials

/// What a run is going to make.
struct PointPlan {
    let id: PointID
    /// The id of the chain's first point.
    let chain: PointID
    /// The place in the chain, from 0.
    let sequence: Int
    /// Counts the points of the set, from 1.
    let counter: Int
    let started: Date
    /// What an increment builds on; nil for a point that needs no other.
    let parent: Parent?
    /// Full, incremental or config_only.
    let type: BackupSettings.PointType
    /// Why a full point is made though an increment was asked for.
    let reason: String?
    /// Of the tags of large files' blocks, one for all points of a chain.
    let blockKey: [UInt8]

    /// For whom it is encrypted; nil for a point in the clear.
    let encryption: PointRecord.Encryption?

    /// What a synthetic full point is made of; nil for a point that reads the sources.
    var origin: Origin? = nil

    /// Whether the one reason for a new chain is that the newest one is long enough.
    var isRenewal = false

    /// The names of its files.
    var files: PointFiles { PointFiles(sequence: sequence, isEncrypted: encryption != nil) }
}
