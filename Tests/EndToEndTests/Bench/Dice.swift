import Foundation

/// Random numbers that can be thrown again: SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    /// The seed of this run of the tests; ACORE_E2E_SEED repeats an earlier one.
    static let seed: UInt64 = {
        let seed = ProcessInfo.processInfo.environment["ACORE_E2E_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        print("ACORE_E2E_SEED=\(seed)")
        return seed
    }()

    /// Dice for one lane of tests.
    init(lane: String) {
        state = lane.utf8.reduce(Self.seed) { $0 &* 31 &+ UInt64($1) }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
