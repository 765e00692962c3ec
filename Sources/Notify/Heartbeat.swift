package import SchedulerCore

/// One ping for one run.
package struct Heartbeat: Sendable {
    package let job: String
    package let run: RunID
    package let ping: HeartbeatPing
    /// A secret: who knows it can ping.
    let address: String
    /// What is sent along, asked for when it is sent.
    let body: @Sendable () -> [UInt8]

    /// - Parameter address: as the job file has it.
    package init(
        job: String, run: RunID, ping: HeartbeatPing, address: String, body: @escaping @Sendable () -> [UInt8] = { [] }
    ) {
        self.job = job
        self.run = run
        self.ping = ping
        self.address = address
        self.body = body
    }

    /// The address of this ping; a query that the address has stays.
    var url: String {
        let bare = address.prefix { $0 != "#" }
        let path = bare.prefix { $0 != "?" }
        let query = bare.dropFirst(path.count + 1)
        let base = String(path.reversed().drop { $0 == "/" }.reversed())
        return base + ping.suffix + "?" + (query.isEmpty ? "" : query + "&") + "rid=" + run.uuid
    }
}
