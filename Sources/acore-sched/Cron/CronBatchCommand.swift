import ArgumentParser
import CronSchedule

/// `cron batch`: answers JSON lines on standard input with JSON lines on standard output, in the same order.
struct CronBatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Answer JSON lines from standard input.",
        discussion: """
            A line {"id":1,"expr":"30 2 * * *","tz":"Europe/Berlin","from":"2027-03-27T12:00:00Z","count":2} is answered by
            {"id":1,"next":["2027-03-28T03:00:00+02:00","2027-03-29T02:30:00+02:00"]}, or by
            {"id":1,"error":{"column":1,"message":"…","fix":"…"}}; column 0 means that the line itself is at fault.
            id is any JSON string or number and comes back as it is; tz defaults to UTC, from to now, count to 1 (at most 10000).
            A line that cannot be read is answered by an error, and the batch goes on.
            """)

    /// Longest line, in bytes; longer ones are answered by an error.
    static let maximumLine = 65_536

    func run() throws {
        var batch = CronBatch(now: Moment.now)
        let output = CronOutput()
        var pending: [UInt8] = []
        var isOverlong = false
        while true {
            guard let chunk = output.receive(atMost: 65_536) else {
                output.complain("error: standard input cannot be read\n  fix: connect it to a file or a pipe\n")
                throw ExitCode(1)
            }
            if chunk.isEmpty { break }
            var start = 0
            while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
                answer(pending.isEmpty ? chunk[start..<end] : (pending + chunk[start..<end])[...], isOverlong, &batch)
                pending.removeAll(keepingCapacity: true)
                isOverlong = false
                start = end + 1
                try flush(&batch, output, atLeast: 65_536)
            }
            pending += chunk[start...]
            if pending.count > CronBatchCommand.maximumLine {
                isOverlong = true
                pending.removeAll(keepingCapacity: true)
            }
            try flush(&batch, output, atLeast: 1)
        }
        if !pending.isEmpty || isOverlong { answer(pending[...], isOverlong, &batch) }
        try flush(&batch, output, atLeast: 1)
    }

    private func answer(_ line: ArraySlice<UInt8>, _ isOverlong: Bool, _ batch: inout CronBatch) {
        if isOverlong || line.count > CronBatchCommand.maximumLine {
            batch.refuseOverlong(limit: CronBatchCommand.maximumLine)
        } else if !line.allSatisfy({ $0 <= 32 }) {
            batch.answer(Array(line))
        }
    }

    /// Sends the answers once there are `size` bytes of them.
    private func flush(_ batch: inout CronBatch, _ output: CronOutput, atLeast size: Int) throws {
        guard batch.answers.bytes.count >= size else { return }
        guard output.send(batch.answers.bytes) else { throw ExitCode(1) }
        batch.answers.removeAll()
    }
}
