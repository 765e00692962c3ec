import Foundation
import Testing

/// The line at the bottom of the terminal while a run goes on.
@Suite struct ProgressBarTests {
    /// A plugin that says this as it runs.
    private func show(_ script: String) throws -> String {
        let bench = try Bench()
        try bench.write("slow", "uses: slow\n")
        let plugins = bench.root + "/plugins"
        try FileManager.default.createDirectory(atPath: plugins, withIntermediateDirectories: true)
        let plugin = #"""
            #!/bin/sh
            say() { printf '{"t":"progress","done":%s,"total":%s,"unit":"%s"}\n' "$1" "$2" "$3"; }
            case "$1" in
            describe) printf '%s\n' '{"v":1,"kind":"slow","summary":"slow","settings":[]}' ;;
            check) while read -r request; do printf '%s\n' '{"findings":[]}'; done ;;
            run)
                read -r request
            """# + "\n" + script + "\n" + #"""
                    printf '%s\n' '{"t":"result","outcome":"succeeded","summary":"done"}'
                    ;;
                esac
                """#
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        try #require(FileManager.default.createFile(atPath: plugins + "/slow", contents: Data(plugin.utf8), attributes: attributes))
        let process = try BuiltCommand(on: bench).process(
            ["run-now", "slow"], environment: ["ACORE_SCHED_PLUGINS_DIR": plugins, "TERM": "dumb"])
        let text = try Terminal(columns: 120).show(process)
        #expect(process.terminationStatus == 0, "\(text)")
        return text
    }

    @Test func rateAndRemainingTimeComeOnceThereIsEnoughToTell() throws {
        let text = try show(
            """
            say 0 1073741824 bytes; sleep 0.6; say 104857600 1073741824 bytes; sleep 0.6; say 209715200 1073741824 bytes
            sleep 0.6; say 314572800 1073741824 bytes; sleep 0.4
            """)
        let lines = text.replacing("\r\u{1b}[K", with: "\n").split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasSuffix(" 0 %  0 B of 1.0 GiB") }, "\(lines)")
        // 100 MiB each 0.6 s and more, so 724 MiB take at least 4 s.
        let told = #/█████░+ 29 %  300\.0 MiB of 1\.0 GiB, ([0-9]+)\.[0-9] MiB/s, ([0-9]+)(m[0-9]+)?s left/#
        let found = try #require(try lines.compactMap { try told.firstMatch(in: $0) }.first, "\(lines)")
        let (rate, left) = (try #require(Int(found.1)), try #require(Int(found.2)))
        #expect(rate > 0 && rate <= 170 && (found.3 != nil || left >= 4), "\(lines)")
    }

    @Test func whatHasNoTotalHasARateAndWhatIsManyTimesToldIsDrawnAFewTimes() throws {
        let text = try show(
            """
            i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); say $i null files; done; sleep 0.7; say 4000 null files; sleep 0.7; say 5000 null files
            sleep 0.5
            """)
        let drawn = text.split(separator: "\r\u{1b}[K").filter { $0.hasPrefix("… ") }
        #expect(drawn.contains { $0.hasPrefix("… 5000 files, ") && $0.contains(" files/s") }, "\(drawn)")
        #expect(drawn.count < 40, "\(drawn.count) times")
    }
}
