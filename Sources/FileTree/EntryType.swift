/// What a name in a folder stands for.
package enum EntryType: String, Sendable, CaseIterable {
    case regular
    case folder
    case symbolicLink = "link"
    case fifo
    case characterDevice = "character_device"
    case blockDevice = "block_device"
    case socket

    /// The type in the upper bits of a mode (`S_IFMT`), or nil for a value that Linux does not define.
    package init?(mode: UInt32) {
        switch mode & 0o170000 {
        case 0o100000: self = .regular
        case 0o040000: self = .folder
        case 0o120000: self = .symbolicLink
        case 0o010000: self = .fifo
        case 0o020000: self = .characterDevice
        case 0o060000: self = .blockDevice
        case 0o140000: self = .socket
        default: return nil
        }
    }
}
