/// Where one independent frame of a compressed stream lies, and what of the content it holds.
package struct ZstdFrame: Hashable, Sendable {
    /// Bytes in front of it in the compressed file.
    package let offset: Int64
    /// Its bytes in the compressed file.
    package let size: Int64
    /// Bytes of content in front of it.
    package let contentOffset: Int64
    /// Bytes of content that it holds.
    package let contentSize: Int64
}
