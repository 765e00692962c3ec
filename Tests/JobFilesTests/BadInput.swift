import Foundation
import Glibc

/// One input that nobody wants, and how to make it in a folder.
struct BadInput: Sendable {
    let name: String
    /// Whether a schema could tell; else only a loader can.
    let schemaCanTell: Bool
    let make: @Sendable (Scratch) throws -> Void

    static func text(_ name: String, _ text: String, schemaCanTell: Bool = false) -> BadInput {
        BadInput(name: name, schemaCanTell: schemaCanTell) { try $0.write("job.yaml", text) }
    }

    static func bytes(_ name: String, _ bytes: [UInt8]) -> BadInput {
        BadInput(name: name, schemaCanTell: false) { try $0.write("job.yaml", Data(bytes)) }
    }

    static func file(_ name: String, _ make: @escaping @Sendable (Scratch) throws -> Void) -> BadInput {
        BadInput(name: name, schemaCanTell: false, make: make)
    }

    private static let good = "uses: command\nwith: {argv: [/usr/bin/true]}\n"

    static let all: [BadInput] = texts + keys + values + files
}

extension BadInput {
    private static let texts: [BadInput] = [
        .text("empty file", ""),
        .text("only comments", "# nothing\n"),
        .text("a list instead of a mapping", "- uses: command\n"),
        .text("duplicate key", "uses: command\ntimeout: 5m\nwith: {argv: [a]}\ntimeout: 6m\noverlap: skp\n"),
        .text("duplicate key in flow style", "uses: command\nwith: {argv: [a], directory: /a, directory: /b}\n"),
        .text("tab as indentation", "uses: command\nwith:\n\targv: [a]\n"),
        .text("tab behind blanks", "uses: command\nwith:\n  argv: [a]\n \tshell: b\n"),
        .text("two documents", good + "---\n" + good),
        .text("custom tag", "uses: !include other.yaml\nwith: {argv: [a]}\n"),
        .text("undefined alias", "uses: *command\n"),
        .text("star without quotes", "uses: command\nschedule: */5 * * * *\nwith: {argv: [a]}\n"),
        .text("alias bomb", bomb(levels: 9, width: 9)),
        .text("small alias bomb", bomb(levels: 10, width: 3)),
        .text("alias bomb as a key", "a: &a [x, x]\n? [*a, *a]\n: y\n"),
        .text("100-level nesting in flow style", "with: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "\n"),
        .text("100-level nesting in block style", (0..<100).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
        .text("9000-level nesting", "with: " + String(repeating: "[", count: 9_000)),
        .text("20000-level nesting", "with: " + String(repeating: "{a: ", count: 20_000)),
        .text("open quotes", "uses: command\ndescription: \"never closed\nwith: {argv: [a]}\n"),
        .text("open bracket", "uses: command\nwith: {argv: [a, b}\n"),
        .text("two colons", "uses: command\ndescription: so: what\n"),
        .text("line without a colon", "uses: command\nwith\n"),
        .text("wrong escape", "uses: command\ndescription: \"\\q\"\n"),
        .text("forbidden character", "uses: command\ndescription: a\u{7}b\n"),
        .bytes("byte order mark of UTF-16", [0xFF, 0xFE, 0x75, 0x00]),
        .bytes("not UTF-8", Array("uses: command\ndescription: Gr".utf8) + [0xFC, 0xDF] + Array("e\n".utf8)),
        .bytes("NUL", Array("uses: command\nwith: \0\n".utf8)),
        .bytes("10 MB", [UInt8](repeating: UInt8(ascii: "#"), count: 10_000_000)),
    ]

    private static let keys: [BadInput] = [
        .text("no uses", "schedule: \"@daily\"\nwith: {argv: [a]}\n", schemaCanTell: true),
        .text("unknown key", "uses: command\nshedule: \"@daily\"\nwith: {argv: [a]}\n", schemaCanTell: true),
        .text("unknown kind", "uses: comand\nwith: {argv: [a]}\n", schemaCanTell: true),
        .text("unknown setting", "uses: command\nwith: {argv: [a], dirctory: /tmp}\n", schemaCanTell: true),
        .text("neither argv nor shell", "uses: command\n", schemaCanTell: true),
        .text("both argv and shell", "uses: command\nwith: {argv: [a], shell: b}\n", schemaCanTell: true),
        .text("empty argv", "uses: command\nwith: {argv: []}\n"),
        .text("argv without a program", "uses: command\nwith: {argv: [\"\", a]}\n"),
        .text("rule across settings", "uses: command\nwith: {argv: [a], exit_codes: {ok: [0, 1], warning: [1]}}\n"),
        .text("secret in the file", "uses: command\nsecrets: {TOKEN: abc123}\nwith: {argv: [a]}\n", schemaCanTell: true),
        .text(
            "secret in an unknown form", "uses: command\nsecrets: {TOKEN: {from: secret:a, as: envv}}\nwith: {argv: [a]}\n",
            schemaCanTell: true),
        .text("name of a variable", "uses: command\nenvironment: {1A: x}\nwith: {argv: [a]}\n"),
        .text("retry without attempts", "uses: command\nretry: {initial: 1h}\nwith: {argv: [a]}\n"),
        .text("max without all", "uses: command\ncatch_up: {max: 3}\nwith: {argv: [a]}\n"),
    ]

    private static let values: [BadInput] = [
        .text(
            "wrong types", "uses: command\nenabled: maybe\ntimeout: 5\nhistory: {keep: many}\nwith: [a]\nafter: {a: b}\n",
            schemaCanTell: true),
        .text("out of range", "uses: command\nlimits: {nice: 20, cpu_max: 0%, memory_max: 5}\nwith: {argv: [a]}\n"),
        .text("unknown word", "uses: command\noverlap: skipp\ndst_gap: runs\nwith: {argv: [a]}\n", schemaCanTell: true),
        .text("cron text", "uses: command\nschedule: \"0 25 * * *\"\nwith: {argv: [a]}\n"),
        .text("second cron text of two", "uses: command\nschedule:\n  - '@daily'\n  - 5/15 * * * *\nwith: {argv: [a]}\n"),
        .text("every half second", "uses: command\nschedule: \"@every 500ms\"\nwith: {argv: [a]}\n"),
        .text("suspicious cron text", "uses: command\nschedule: \"* */15 * * * *\"\nwith: {argv: [a]}\n"),
        .text("unknown zone", "uses: command\ntimezone: Europe/Berln\nwith: {argv: [a]}\n"),
        .text("run_as without root", "uses: command\nrun_as: nobody\nwith: {argv: [a]}\n"),
        .text("relative path", "uses: command\nenvironment_file: .env\nwith: {argv: [a], directory: ../x}\n", schemaCanTell: true),
        .text("unset variable", "uses: command\ndescription: on ${HOST} and ${HOST:-here} and $${HOST}\nwith: {argv: [a]}\n"),
        .text("variable in flow style", "uses: command\nhistory: {keep: ${N}}\nwith: {argv: [a]}\n"),
        .text("unclosed variable", "uses: command\ndescription: \"costs ${5\"\nwith: {argv: [a]}\n"),
        .text("secret by variable", "uses: command\nenvironment: {API_TOKEN: \"${X:-y}\"}\nwith: {argv: [a]}\n"),
        .text("schedule in a folded block", "uses: command\nschedule: >-\n  0 2\n  * 13 *\nwith: {argv: [a]}\n"),
        .text("schedule in a literal block", "uses: command\nschedule: |-\n  0 25 * * *\nwith: {argv: [a]}\n"),
        .text(
            "secret in the environment",
            "uses: command\nenvironment: {API_TOKEN: hunter2, TOKEN_FILE: /a, PASSWORD: \"\"}\nwith: {argv: [a]}\n"),
        .text("missing environment file", "uses: command\nenvironment_file: /nonexistent/.env\nwith: {argv: [a]}\n"),
        .text("unknown predecessor", "uses: command\nafter: [jbo]\nwith: {argv: [a]}\n"),
    ]

    private static let files: [BadInput] = [
        .file("waiting for each other") { scratch in
            try scratch.write("a.yaml", "after: [b]\n" + good)
            try scratch.write("b.yaml", "after: c\n" + good)
            try scratch.write("c.yaml", "after: [a]\n" + good)
        },
        .file("named pipe") { mkfifo("\($0.path)/pipe.yaml", 0o600) },
        .file("folder") { mkdir("\($0.path)/folder.yaml", 0o700) },
        .file("socket") { scratch in
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array("\(scratch.path)/socket.yaml".utf8)) }
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        },
        .file("link out of the folder") { symlink("/etc/passwd", "\($0.path)/link.yaml") },
        .file("link to a device") { symlink("/dev/zero", "\($0.path)/link.yaml") },
        .file("link to nowhere") { symlink("nowhere", "\($0.path)/link.yaml") },
        .file("link to itself") { symlink("link.yaml", "\($0.path)/link.yaml") },
        .file("name with a blank") { try $0.write("a b.yaml", good) },
        .file("name with a line feed") { try $0.write("a\nb.yaml", good) },
        .file("name beginning with a dash") { try $0.write("-a.yaml", good) },
        .file("name of 65 characters") { try $0.write(String(repeating: "x", count: 65) + ".yaml", good) },
        .file("only an ending") { try $0.write("_.yml", good) },
    ]

    /// Each level names the one below several times.
    private static func bomb(levels: Int, width: Int) -> String {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<levels {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: width).joined(separator: ", "))]\n"
        }
        return text
    }
}
