import AgeFormat
import Foundation
import Testing

/// A fresh folder for one test, removed with it, with the program `age` at hand.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "age-XXXXXX").utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        let removal = Result { try FileManager.default.removeItem(atPath: path) }
        if case .failure(let error) = removal { Issue.record(error) }
    }

    /// Runs a line of shell in the folder; its output and error together.
    func run(_ line: String) throws -> (text: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", line]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }

    /// As `run`, for lines that must succeed.
    @discardableResult
    func shell(_ line: String) throws -> String {
        let (text, status) = try run(line)
        try #require(status == 0, "\(line) ended with \(status): \(text)")
        return text
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }

    /// A new pair of keys by `age-keygen`, its file kept under the name.
    func key(_ name: String = "key") throws -> AgeIdentity {
        try shell("age-keygen -o \(name) 2>/dev/null")
        return try #require(try AgeIdentity.list(from: read(name)).first)
    }
}

/// Whole files in memory.
enum Whole {
    /// Bytes that differ from place to place.
    static func content(_ size: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<size).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
    }

    /// Encrypts by our writer, handed to it in pieces of this size.
    static func encrypt(_ content: [UInt8], for recipients: [AgeRecipient], piece: Int = 100_000) throws(AgeError) -> [UInt8] {
        var file: [UInt8] = []
        let writer = try AgeWriter<AgeError>(recipients: recipients, failure: { $0 }) { bytes throws(AgeError) in file += bytes }
        for start in stride(from: 0, to: content.count, by: piece) {
            let part = Array(content[start..<min(start + piece, content.count)])
            try part.withUnsafeBytes { bytes in Result { () throws(AgeError) in try writer.write(bytes) } }.get()
        }
        try writer.finish()
        return file
    }

    static func reader(_ file: [UInt8], _ identities: [AgeIdentity]) throws(AgeError) -> AgeReader<AgeError> {
        try AgeReader(size: Int64(file.count), identities: identities, failure: { $0 }) { buffer, offset throws(AgeError) in
            let part = file[min(Int(offset), file.count)...].prefix(buffer.count)
            buffer.copyBytes(from: part)
            return part.count
        }
    }

    static func decrypt(_ file: [UInt8], _ identities: [AgeIdentity]) throws(AgeError) -> [UInt8] {
        let reader = try reader(file, identities)
        return try read(Int(reader.contentSize), at: 0, by: reader)
    }

    static func read(_ count: Int, at offset: Int64, by reader: AgeReader<AgeError>) throws(AgeError) -> [UInt8] {
        var content = [UInt8](repeating: 0, count: count)
        let read = try content.withUnsafeMutableBytes { buffer in
            Result { () throws(AgeError) in try reader.read(into: buffer, at: offset) }
        }.get()
        return Array(content.prefix(read))
    }
}
