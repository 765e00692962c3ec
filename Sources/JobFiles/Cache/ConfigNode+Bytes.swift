import JobKit

/// Nodes in the file of kept definitions; places are left out, as no finding comes of a kept definition.
extension ByteWriter {
    mutating func write(_ node: ConfigNode) {
        switch node.value {
        case .null: write(0)
        case .flag(let flag):
            write(1)
            write(flag)
        case .integer(let integer):
            write(2)
            write(integer)
        case .number(let number):
            write(3)
            write(number.bitPattern)
        case .text(let text):
            write(4)
            write(text)
        case .list(let list):
            write(5)
            write(list) { $0.write($1) }
        case .mapping(let entries):
            write(6)
            write(entries) { writer, entry in
                writer.write(entry.key)
                writer.write(entry.value)
            }
        }
        write(node.written) { $0.write($1) }
    }
}

extension ByteReader {
    mutating func node(depth: Int = 0) throws(DamagedBytes) -> ConfigNode {
        guard depth <= 2 * TreeBuilder.deepest else { throw DamagedBytes() }
        let value: ConfigNode.Value
        switch try integer() {
        case 0: value = .null
        case 1: value = .flag(try flag())
        case 2: value = .integer(try integer())
        case 3: value = .number(Double(bitPattern: UInt64(bitPattern: try integer())))
        case 4: value = .text(try text())
        case 5: value = .list(try list { reader throws(DamagedBytes) in try reader.node(depth: depth + 1) })
        case 6:
            value = .mapping(
                try list { reader throws(DamagedBytes) in
                    ConfigNode.Entry(key: try reader.text(), value: try reader.node(depth: depth + 1))
                })
        default: throw DamagedBytes()
        }
        return ConfigNode(value, written: try optional { reader throws(DamagedBytes) in try reader.text() })
    }
}
