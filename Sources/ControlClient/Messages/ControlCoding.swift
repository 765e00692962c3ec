package import FoundationEssentials
import JobKit

/// JSON of the control socket and of `--json`: keys in snake_case, sorted.
package enum ControlCoding {
    package static func encoder() -> JSONEncoder {
        let encoder = WireCoding.encoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }

    package static func decoder() -> JSONDecoder {
        let decoder = WireCoding.decoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
