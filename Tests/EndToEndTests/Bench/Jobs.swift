/// Job files for these tests.
enum Jobs {
    /// Writes its run's id and attempt into a file of marks.
    static func append(_ mark: String, schedule: String, extra: String = "") -> String {
        shell("echo $ACORE_RUN $ACORE_ATTEMPT >>MARKS/\(mark)", schedule: schedule, extra: extra)
    }

    /// Says "start RUN", waits at the gate, says "end RUN".
    static func gated(_ gate: String, schedule: String?, extra: String = "") -> String {
        shell("echo start $ACORE_RUN >>MARKS/log; cat MARKS/\(gate); echo end $ACORE_RUN >>MARKS/log", schedule: schedule, extra: extra)
    }

    /// A line for the shell.
    static func shell(_ line: String, schedule: String?, extra: String = "") -> String {
        """
        uses: command
        \(schedule.map { "schedule: \"\($0)\"" } ?? "description: by hand")
        timezone: UTC
        \(extra)
        with:
          shell: '\(line)'

        """
    }
}
