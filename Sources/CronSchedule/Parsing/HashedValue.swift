/// The number behind `H`: stable for ever, so that a job keeps its time over restarts, upgrades and machines.
enum HashedValue {
    /// 64 bits from the job's name and the field's name: FNV-1a over both with a zero byte between, then the finaliser of SplitMix64.
    static func hash(job: String, field: CronField) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in job.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = hash &* 0x100_0000_01B3
        for byte in field.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
