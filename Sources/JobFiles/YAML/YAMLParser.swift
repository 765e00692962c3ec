import CYAML
import JobKit

/// libyaml, one event at a time. It keeps its own stack on the heap, so no text can exhaust ours.
struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: SourceText

    /// - Parameters:
    ///   - bytes: The text of `source`; must stay where it is while this parser lives.
    init(_ bytes: UnsafeBufferPointer<UInt8>, of source: SourceText) throws(Fault) {
        self.source = source
        // The parser keeps a pointer to itself: it cannot be moved.
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else { throw YAMLComplaint.noMemory }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; after the end of the stream there are none.
    /// - Throws: what is wrong with the text.
    mutating func next() throws(Fault) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw YAMLComplaint.fault(of: parser.pointee, in: source) }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(event)
    }
}
