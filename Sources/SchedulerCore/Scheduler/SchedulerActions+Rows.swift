import CronSchedule

extension SchedulerActions {
    /// Where the row of a run that changed in this pass stands.
    enum Place: Sendable, Hashable {
        case run(Int)
        case move(Int)
    }

    /// A run that changed: one row, one write, however often it changes in a pass.
    mutating func put(_ run: Run, from state: RunState) {
        switch places[run.id] {
        case .run(let index): runs[index] = run
        case .move(let index): moves[index].run = run
        case nil:
            places[run.id] = .move(moves.count)
            moves.append(Move(run: run, from: state))
        }
    }

    /// A run that is new.
    mutating func put(new run: Run) {
        places[run.id] = .run(runs.count)
        runs.append(run)
    }

    /// A row; a row of the same slot that only said "waits" is replaced.
    mutating func put(_ row: Occurrence) {
        if let index = waitingRows[row.job], occurrences[index].slot == row.slot, occurrences[index].era == row.era {
            occurrences[index] = row
            waitingRows[row.job] = nil
        } else {
            occurrences.append(row)
        }
        if case .waiting = row.account { waitingRows[row.job] = occurrences.count - 1 }
    }

    /// Makes room for cursors that are to come.
    mutating func reserve(cursors count: Int) {
        cursorPlaces.reserveCapacity(cursorPlaces.count + count)
        cursors.reserveCapacity(cursors.count + count)
    }

    /// Where a job stands; only the last word of a pass counts.
    mutating func put(_ cursor: JobCursor) {
        if let index = cursorPlaces[cursor.job] {
            cursors[index] = cursor
        } else {
            cursorPlaces[cursor.job] = cursors.count
            cursors.append(cursor)
        }
    }
}
