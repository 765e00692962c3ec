import CronSchedule
package import Ledger
package import Logging
package import SchedulerCore

/// Tells channels what waits in the outbox: each channel by itself, the notices of an alert in their order. It sleeps while nothing is due.
///
/// A try is written down before it is made, and its outcome afterwards. Whoever is killed in between tells again, with the same delivery id.
package actor OutboxWorker {
    /// Notices that one look takes.
    private static let rowsPerLook = 100
    /// A try that takes longer has failed, whatever its channel says of its own limit, which is 300 s at most.
    private static let tryLimit = Duration.seconds(360)
    /// How long tries that are under way hold up the daemon's end.
    private static let patience = Duration.seconds(2)
    /// How long a ledger that cannot be read or written is left alone.
    private static let ledgerPause = Duration.seconds(5)

    private let ledger: Ledger
    private let loop: SchedulerLoop
    private let deliver: AlertDelivery
    /// Channels that hear of what goes on again and again.
    private var repeats: AlertRepeats
    private let clock: any LoopClock
    private let limits: any Clock<Duration>
    private let log: Logger
    /// Channels that are being told something.
    private var lanes: [String: Task<Void, Never>] = [:]
    /// Outcomes that the ledger did not take yet; nothing else is told on their channels meanwhile.
    private var unsettled: [(group: NoticeGroup, outcome: DeliveryOutcome)] = []
    /// Until when the ledger is left alone, and channels are: moments of ``LoopClock/elapsed()``, which nobody sets.
    private var pausedUntil: Duration?
    private var rests: [String: Duration] = [:]

    /// - Parameters:
    ///   - clock: of its own: its alarm is when the next notice may be tried.
    ///   - repeats: channels that hear again and again of what goes on, and how often.
    ///   - limits: for the time that a try may take.
    package init(
        ledger: Ledger, loop: SchedulerLoop, clock: any LoopClock, repeats: [String: Duration] = [:],
        limits: any Clock<Duration> = ContinuousClock(), log: Logger, deliver: @escaping AlertDelivery
    ) {
        self.repeats = AlertRepeats(repeats)
        self.ledger = ledger
        self.loop = loop
        self.clock = clock
        self.limits = limits
        self.log = log
        self.deliver = deliver
    }

    /// Works until the task is cancelled.
    package func work() async {
        recallRests()
        await look()
        for await _ in clock.rings {
            if Task.isCancelled { break }
            await look()
        }
        await finish()
    }

    /// What channels asked the daemon before for holds on. How long that one was gone only the calendar tells.
    private func recallRests() {
        let (now, elapsed) = (clock.now(), clock.elapsed())
        do throws(LedgerError) {
            for rest in try ledger.rests(at: now) {
                rests[rest.channel] = elapsed + min(rest.until.since(now), rest.until.since(rest.at))
            }
        } catch {
            log.warning("which channels want to be left alone is not known: \(error)")
        }
    }

    /// One look at what is due.
    private func look() async {
        let (now, elapsed) = (clock.now(), clock.elapsed())
        if let pausedUntil, elapsed < pausedUntil { return clock.setAlarm(now.moved(by: pausedUntil - elapsed)) }
        pausedUntil = nil
        await settleRest()
        guard pausedUntil == nil else { return }
        rests = rests.filter { elapsed < $0.value }
        do throws(LedgerError) {
            let due = try ledger.dueNotices(at: now, besides: occupied.union(rests.keys), limit: Self.rowsPerLook)
            for (channel, rows) in Dictionary(grouping: due, by: \.channel) {
                // Owned by this actor: it ends with its rows, or in finish().
                lanes[channel] = Task { await self.tell(rows, on: channel) }
            }
            for channel in repeats.due(at: elapsed) where !occupied.contains(channel) && rests[channel] == nil {
                lanes[channel] = Task { await self.tellAgain(on: channel) }
            }
            let again = repeats.next(besides: occupied, resting: rests).map { now.moved(by: $0 - elapsed) }
            clock.setAlarm([next(among: try ledger.nextNotices(at: now), now, elapsed), again].compactMap(\.self).min())
        } catch {
            pause(because: "the outbox cannot be read: \(error)")
        }
    }

    /// When to look again though nothing happens. What ends on an occupied channel is a nudge.
    private func next(among moments: [String: Instant], _ now: Instant, _ elapsed: Duration) -> Instant? {
        let occupied = occupied
        return moments.compactMap { channel, moment -> Instant? in
            guard !occupied.contains(channel) else { return nil }
            let rest = rests[channel].map { now.moved(by: $0 - elapsed) }
            return rest.map { max($0, moment) } ?? moment
        }.min()
    }

    private var occupied: Set<String> { Set(lanes.keys).union(unsettled.map(\.group.leader.channel)) }

    private func tell(_ rows: [OutboxRow], on channel: String) async {
        var told: Set<RunID> = []
        for row in rows where !Task.isCancelled && !told.contains(row.notice.delivery) {
            guard await tell(row, &told) else { break }
        }
        repeats.told(channel, at: clock.elapsed())
        lanes[channel] = nil
        clock.nudge()
    }

    /// Tells a channel once more, in its lane, what it was told last of each alert that still fires. Nothing is written: what does not get
    /// through comes with the next repetition.
    private func tellAgain(on channel: String) async {
        var count = 0
        do throws(LedgerError) {
            let rows = try ledger.lastTold(to: channel, limit: Ledger.pageBound)
            count = rows.count
            for row in rows where !Task.isCancelled {
                guard let outcome = await outcome(of: NoticeGroup(leader: row)), outcome != .delivered else { continue }
                if let rest = DeliveryPolicy.rest(after: outcome) { rests[channel] = clock.elapsed() + rest }
                log.warning("what goes on is not told again to \(channel): \(outcome.reason)")
                break
            }
        } catch {
            log.error("what goes on cannot be told again to \(channel): \(error)")
        }
        repeats.toldAgain(channel, alerts: count, at: clock.elapsed())
        lanes[channel] = nil
        clock.nudge()
    }

    /// - Parameter told: gets the notices that the same delivery tells of.
    /// - Returns: whether the channel may be told more.
    private func tell(_ waiting: OutboxRow, _ told: inout Set<RunID>) async -> Bool {
        let group: NoticeGroup
        do throws(DaemonError) {
            guard let begun = try await loop.begin(waiting, dice: .random(in: 0...1)) else {
                log.info("not told now: \(waiting.notice.occasion.rawValue) of \(waiting.notice.key) to \(waiting.channel)")
                return true
            }
            group = begun
        } catch  where error.category == .notFound {
            log.warning("\(error)")
            return true
        } catch {
            pause(because: "a notice to \(waiting.channel) waits: \(error)")
            return false
        }
        told.formUnion(group.members.map(\.notice.delivery))
        guard let outcome = await outcome(of: group) else { return false }
        report(group, outcome)
        let rest = DeliveryPolicy.rest(after: outcome)
        if let rest { rests[waiting.channel] = clock.elapsed() + rest }
        let isSettled = await settle(group, after: outcome)
        return isSettled && rest == nil
    }

    private func settle(_ group: NoticeGroup, after outcome: DeliveryOutcome) async -> Bool {
        do throws(DaemonError) {
            try await loop.settle(group, after: outcome, dice: .random(in: 0...1))
            return true
        } catch  where error.category == .notFound {
            log.warning("\(error)")
            return true
        } catch {
            unsettled.append((group, outcome))
            pause(because: "what came of a notice to \(group.leader.channel) cannot be recorded: \(error)")
            return false
        }
    }

    private func settleRest() async {
        let rest = unsettled
        unsettled = []
        for (group, outcome) in rest {
            if pausedUntil != nil { unsettled.append((group, outcome)) } else { _ = await settle(group, after: outcome) }
        }
    }

    private func pause(because reason: String) {
        log.error("\(reason)")
        pausedUntil = clock.elapsed() + Self.ledgerPause
        clock.setAlarm(clock.now().moved(by: Self.ledgerPause))
    }

    /// - Returns: nil when the daemon ends before the try does.
    private func outcome(of group: NoticeGroup) async -> DeliveryOutcome? {
        let (outcomes, continuation) = AsyncStream.makeStream(of: DeliveryOutcome.self)
        let trying = Task { [deliver] in
            continuation.yield(await deliver(group.notice, group.leader.channel))
            continuation.finish()
        }
        let timer = Task { [limits] in
            do {
                try await limits.sleep(for: Self.tryLimit)
                continuation.yield(.again(reason: "no answer within six minutes", retryAfter: nil))
                continuation.finish()
            } catch {
                return  // the try has ended
            }
        }
        defer {
            trying.cancel()
            timer.cancel()
        }
        for await outcome in outcomes { return outcome }
        return nil
    }

    private func report(_ group: NoticeGroup, _ outcome: DeliveryOutcome) {
        let row = group.leader
        let more = group.members.isEmpty ? "" : " and \(group.members.count) more"
        let what = "\(row.notice.occasion.rawValue) of \(row.notice.key)\(more) to \(row.channel)"
        switch outcome {
        case .delivered: log.info("told: \(what)")
        case .again(let reason, _): log.warning("not told yet, try \(row.tries): \(what): \(reason)")
        case .refused(let reason): log.error("refused: \(what): \(reason)")
        }
    }

    /// Lets tries that are under way end, for a moment; those that do not are made again by the next daemon.
    private func finish() async {
        let timer = Task { [limits] in
            do {
                try await limits.sleep(for: Self.patience)
                self.dismiss()
            } catch {
                return  // all have ended
            }
        }
        while let lane = lanes.values.first { await lane.value }
        timer.cancel()
    }

    private func dismiss() {
        for lane in lanes.values { lane.cancel() }
    }
}
