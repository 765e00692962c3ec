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
    /// A chain is in no set any more, its files are still there.
    case chainTaken
    /// The last point of a chain is none any more, its files are still there.
    case pointTaken

    /// Those of removing older points; only a run that has some to remove comes there.
    package static let removing: [WriteStep] = [.chainTaken, .pointTaken]
    /// Those that every run comes to.
    package static let writing = allCases.filter { !removing.contains($0) }
}
