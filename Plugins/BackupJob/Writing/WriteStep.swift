/// The steps of a run in their order; a test stops the process at each of them.
package enum WriteStep: String, CaseIterable, Sendable {
    case locked
    case sourceStored
    case archiveFinished
    case archiveMoved
    case manifestMoved
    case committed
    case latestSet
    case checksumsWritten
}
