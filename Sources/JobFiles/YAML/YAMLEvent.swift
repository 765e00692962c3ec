import CYAML
import JobKit

/// One step of the parser through a text.
struct YAMLEvent {
    enum Kind: Equatable {
        /// A scalar with its quotes and escapes taken away; `isPlain` when it had no quotes and was no block.
        case scalar(String, isPlain: Bool)
        case alias(String)
        case listStart, listEnd
        case mappingStart, mappingEnd
        case documentStart, documentEnd
        case streamStart, streamEnd
    }

    let kind: Kind
    /// Where it begins.
    let place: SourcePlace
    /// The name that `&name` gives to the scalar, list or mapping that begins here.
    let anchor: String?
    /// The tag that is written before it, in full.
    let tag: String?

    /// Copies what the parser tells.
    init(_ event: yaml_event_t) {
        place = SourcePlace(event.start_mark)
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        var tag: UnsafeMutablePointer<yaml_char_t>?
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            kind = .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            (anchor, tag) = (scalar.anchor, scalar.tag)
        case YAML_ALIAS_EVENT: kind = .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            kind = .listStart
            (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_SEQUENCE_END_EVENT: kind = .listEnd
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_START_EVENT: kind = .streamStart
        default: kind = .streamEnd
        }
        self.anchor = Self.text(anchor)
        self.tag = Self.text(tag)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

extension SourcePlace {
    /// The parser counts lines and columns from 0, columns in characters of Unicode.
    init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
