import FoundationEssentials
import JobKit

/// The answer to `check`: for each line of settings one line of findings.
enum CheckAnswer {
    /// One job's settings.
    private struct Question: Decodable {
        let settings: ConfigNode
    }

    /// What is wrong with them; paths begin below `with`.
    private struct Reply: Encodable {
        let findings: [Finding]
    }

    static func give<Kind: PluginKind>(for kind: Kind.Type, output: LineOutput) -> Bool {
        guard let lines = StandardInput.readLines() else {
            StandardError.write("cannot read the settings from standard input")
            return false
        }
        return lines.allSatisfy { line in
            do {
                let question = try WireCoding.decoder().decode(Question.self, from: Data(line))
                return output.write(encodable: Reply(findings: Kind.Settings.read(from: question.settings, at: []).findings))
            } catch {
                StandardError.write("a line of settings is not JSON of the wire's form: \(error)")
                return false
            }
        }
    }
}
