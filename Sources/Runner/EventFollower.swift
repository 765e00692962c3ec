import CLinux
import Glibc

/// Reads a run's lines as they come, and ends when the attempt has ended and everything is read. Nothing is read ahead: who
/// does not ask costs nothing, and nothing wakes up while the run is silent.
package struct EventFollower: Sendable {
    private var reader: EventReader
    private var errors: ErrorLog
    private let folder: RunFolder
    private let watch: FolderWatch
    private var launcher: Descriptor?

    init(_ folder: RunFolder, offset: Int, errorOffset: Int = 0, live: LiveRun?) throws(RunnerError) {
        self.folder = folder
        reader = EventReader(path: folder.events, offset: offset)
        errors = ErrorLog(path: folder.errors, offset: errorOffset)
        watch = try FolderWatch(folder.path)
        if let live {
            launcher = live.pidfd
            try watch.add(live.pidfd)
        }
    }

    /// The offset of the first line not read yet.
    package var offset: Int { reader.offset }

    /// The offset of the first line of standard error not read yet; only ``nextOutput()`` moves it.
    package var errorOffset: Int { errors.offset }

    /// Waits for lines; at most 1,000 at once. nil = the attempt has ended and all is read.
    package mutating func next() async throws(RunnerError) -> [EventLine]? {
        while true {
            // Asked before reading: what was written before the end is read after it.
            let isLive = try isLive()
            let lines = try reader.read()
            if !lines.isEmpty { return lines }
            if !isLive { return nil }
            try await watch.wait()
        }
    }

    /// Waits for lines of events.jsonl or stderr.log; at most 1,000 of each at once. nil = the attempt has ended and all is read.
    package mutating func nextOutput() async throws(RunnerError) -> RunLines? {
        while true {
            let isLive = try isLive()
            let lines = RunLines(events: try reader.read(), errors: try errors.read())
            if !lines.isEmpty { return lines }
            if !isLive { return nil }
            try await watch.wait()
        }
    }

    /// The lock says who lives, the launcher's descriptor says when it ended: a killed one gives its lock back only after the
    /// folder's last change was told.
    private mutating func isLive() throws(RunnerError) -> Bool {
        if launcher == nil, let record = try RunRecords.read(LaunchRecord.self, at: folder.launch) {
            let number = linux_pidfd_open(record.pid)
            if number >= 0, ProcessTable.identity(of: record.pid)?.startTime == record.startTime {
                let found = Descriptor(number)
                launcher = found
                try watch.add(found)
            } else if number >= 0 {
                close(number)
            }
        }
        if let launcher {
            var state = pollfd(fd: launcher.number, events: Int16(POLLIN), revents: 0)
            return poll(&state, 1, 0) == 0
        }
        return try folder.isLocked() == true
    }
}

extension Runner {
    /// The lines of a run so far, from an offset on.
    package func events(of run: String, from offset: Int = 0) throws(RunnerError) -> EventReader {
        EventReader(path: try RunFolder(run: run, in: settings).events, offset: offset)
    }

    /// The lines of a run as they come, until the attempt that is under way ends.
    package func follow(_ run: String, from offset: Int = 0, errorsFrom errorOffset: Int = 0) throws(RunnerError) -> EventFollower {
        try EventFollower(try RunFolder(run: run, in: settings), offset: offset, errorOffset: errorOffset, live: nil)
    }

    /// The same for a run that this process watches.
    package func follow(_ live: LiveRun, from offset: Int = 0) throws(RunnerError) -> EventFollower {
        try EventFollower(try RunFolder(run: live.run, in: settings), offset: offset, live: live)
    }
}
