import JobKit

/// Reads YAML text into nodes that know their places.
struct YAMLReader {
    /// What was read: the root, nil when the text cannot be understood; and what is wrong.
    struct Outcome {
        var root: ConfigNode?
        var faults: [Fault]
    }

    /// Reads one document.
    static func read(_ source: SourceText) -> Outcome {
        var text = source.text
        return text.withUTF8 { bytes in
            do throws(Fault) {
                return read(try YAMLParser(bytes, of: source))
            } catch {
                return Outcome(root: nil, faults: [error])
            }
        }
    }

    private static func read(_ parser: consuming YAMLParser) -> Outcome {
        var builder = TreeBuilder(parser)
        do throws(Fault) {
            if let root = try builder.document() { return Outcome(root: root, faults: builder.faults) }
            let fault = Fault(
                place: Fault.start, problem: "the file is empty", fix: "write at least uses: KIND and what that kind needs below with:")
            return Outcome(root: nil, faults: [fault])
        } catch {
            return Outcome(root: nil, faults: builder.faults + [error])
        }
    }
}
