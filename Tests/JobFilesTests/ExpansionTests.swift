import Foundation
import JobKit
import SchedulerCore
import Testing

@testable import JobFiles

@Suite struct ExpansionTests {
    @Test(
        "variables",
        arguments: [
            ("plain", "plain"), ("${A}", "one"), ("x${A}-${B}z", "xone-yz"), ("${A}${A}", "oneone"), ("${N:-x}", "x"), ("${E:-x}", "x"),
            ("${E}", ""), ("${A:-x}", "one"), ("${N:-}", ""), ("${N:-a:-b}", "a:-b"), ("$${A}", "${A}"), ("$$${A}", "$${A}"),
            ("$A $5 $", "$A $5 $"),
            ("$${", "${"),
        ])
    func expands(_ text: String, _ expected: String) {
        let values = ["A": "one", "B": "y", "E": ""]
        let expansion = Expansion(text) { values[$0] }
        #expect(expansion.result == expected)
        #expect(expansion.problems.isEmpty)
    }

    @Test(
        "refused variables",
        arguments: [
            ("${N}", "the variable N is not set"), ("${A", "${ has no }"), ("${}", "${} is not of the form ${NAME} or ${NAME:-default}"),
            ("${1}", "${1} is not of the form ${NAME} or ${NAME:-default}"),
            ("${x%.*}", "${x%.*} is not of the form ${NAME} or ${NAME:-default}"),
            ("${N:-${A}}", "${N:-${A} is not of the form ${NAME} or ${NAME:-default}"),
        ])
    func refuses(_ text: String, _ problem: String) {
        let expansion = Expansion(text) { $0 == "A" ? "one" : nil }
        #expect(expansion.problems.map(\.problem) == [problem])
    }

    @Test func anExpandedScalarIsTypedAnewAndAQuotedOneStaysText() {
        let environment = ["N": "5", "T": "10m", "F": "false"]
        let text = "uses: command\nenabled: ${F}\ntimeout: ${T}\nhistory:\n  keep: ${N}\nwith: {argv: [a]}\n"
        let job = loader(environment: environment).load(text: text, name: "job", now: present).definitions["job"]
        #expect(job?.history.keep == 5 && job?.timeout == .seconds(600) && job?.enabled == false)
        #expect(
            findings(in: text.replacing("${N}", with: "\"${N}\""), environment: environment) == [
                "5:9: error: history.keep must be a whole number from 1 to 1000000, not ${N}"
            ])
    }

    @Test func aValueFromAVariableIsNeverShown() {
        let found = findings(in: "uses: command\ntimeout: ${PASS}\nwith: {argv: [a]}\n", environment: ["PASS": "hunter2"])
        #expect(found == ["2:10: error: timeout must be a duration from 0s to 366d, not ${PASS}"])
    }

    @Test func theTextOfAShellStaysAsItIs() {
        let set = loader().load(text: "uses: command\nwith: {shell: 'echo ${HOME:?} ${x%.*}'}\n", name: "job", now: present)
        #expect(set.findings.isEmpty)
        #expect(set.definitions["job"]?.settings["shell"]?.text == "echo ${HOME:?} ${x%.*}")
    }

    @Test func growthIsBounded() {
        let lines = (0..<40).map { "  V\($0): ${BIG}\n" }.joined()
        let found = findings(
            in: "uses: command\nenvironment:\n\(lines)with: {argv: [a]}\n", environment: ["BIG": String(repeating: "x", count: 32_768)])
        #expect(found.count == 8 && found.allSatisfy { $0.contains("expand to more than \(NodeExpander.mostGrowth) bytes") })
    }

    @Test(
        "lines of an environment file",
        arguments: [
            ("A=b", ["A": "b"]), ("A=b \t", ["A": "b"]), ("A = b c ", ["A": "b c"]), ("A='b \n c'", ["A": "b \n c"]),
            ("A=\"b\\\"\\\\\\$\\`\\n\"", ["A": "b\"\\$`\\n"]),
            ("A=\"b\\\nc\"", ["A": "bc"]), ("A=b\\\nc", ["A": "bc"]), ("A=b\\ c", ["A": "b c"]), ("# A=b\n;C=d\nE=f", ["E": "f"]),
            ("# a \\\nB=c\nD=e", ["D": "e"]), ("A=", ["A": ""]), ("A=\nB=c", ["A": "", "B": "c"]), ("A=b'c'", ["A": "b'c'"]),
            ("A='b'\"c\"d", ["A": "bcd"]),
            ("A=b\r\nC=d\r\n", ["A": "b", "C": "d"]), ("A=b#c", ["A": "b#c"]), ("A=1\nA=2", ["A": "2"]), ("", [:]), ("A=ü€", ["A": "ü€"]),
        ])
    func reads(_ text: String, _ expected: [String: String]) {
        let file = EnvironmentFile(text)
        #expect(file.variables == expected)
        #expect(file.problems.isEmpty)
    }

    @Test(
        "refused lines of an environment file",
        arguments: [
            ("A=b\nexport C=d", 2, false), ("word", 1, false), ("1A=b", 1, false), ("A=b\nC='d\nE=f", 2, true), ("A=\"b", 1, true),
        ])
    func refusesLine(_ text: String, _ line: Int, _ isFatal: Bool) {
        let problems = EnvironmentFile(text).problems
        #expect(problems.map(\.line) == [line] && problems.map(\.isFatal) == [isFatal])
    }

    @Test func theFileOfVariablesWinsAndItsLinesAreNeverShown() throws {
        let scratch = try Scratch()
        try scratch.write(".env", "A=file\nexport B=hunter2\n")
        let text = "uses: command\nenvironment_file: \(scratch.path)/.env\ndescription: ${A} ${C}\nwith: {argv: [a]}\n"
        let set = loader(environment: ["A": "daemon", "C": "c"]).load(text: text, name: "job", now: present)
        #expect(set.definitions["job"]?.description == "file c")
        #expect(set.findings.map(\.severity) == [.warning])
        #expect(!set.findings.contains { $0.rendered().contains("hunter2") })
    }

    @Test(
        "words for secrets",
        arguments: [
            ("DISCORD_TOKEN", true), ("api_key", true), ("db-password", true), ("PGPASSWORD", true), ("keep_days", false),
            ("MONKEY", false), ("HOST", false), ("secrets_directory", false), ("TOKEN_FILE", false), ("SECRET_KEY_BASE", true),
        ])
    func tells(_ name: String, _ expected: Bool) { #expect(SecretWord.isIn(name) == expected) }
}
