import Foundation
import Testing

/// A copy of the ledger, beside whoever has it.
@Suite struct LedgerBackupTests {
    @Test func aCopyOfTheLedgerStandsAlone() throws {
        let bench = try Example.make()
        let copy = try Bench()
        let outcome = try BuiltCommand(on: bench).run(["ledger", "backup", bench.root + "/copy"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        try FileManager.default.createDirectory(atPath: copy.state, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: bench.root + "/copy", toPath: copy.state + "/ledger.sqlite")
        let original = try BuiltCommand(on: bench).run(["history", "--json"]).output
        #expect(try BuiltCommand(on: copy).run(["history", "--json"]).output == original)
        #expect(!original.isEmpty)
    }
}
