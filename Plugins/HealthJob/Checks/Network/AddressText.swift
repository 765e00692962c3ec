import Glibc

/// Addresses as people write them.
enum AddressText {
    static func ipv6(_ bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard bytes.count == 16, inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return string(text)
    }

    /// The one spelling of an address; nil for what is none.
    static func canonical(_ text: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET6, text, &bytes) == 1 { return ipv6(bytes) }
        guard inet_pton(AF_INET, text, &bytes) == 1 else { return nil }
        return bytes.prefix(4).map(String.init).joined(separator: ".")
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
