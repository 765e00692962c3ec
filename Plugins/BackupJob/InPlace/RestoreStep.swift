/// The steps of a restore in place, and of a drill, in their order; a test stops the process at each of them.
package enum RestoreStep: String, CaseIterable, Sendable {
    /// One tree is made and on the disk.
    case staged
    /// The journal tells what is going to be swapped.
    case journalWritten
    /// What uses the data is stopped.
    case stopped
    /// The new trees lie beside the old ones, under the names that the old ones will have.
    case prepared
    /// What lies beside an old database is set aside.
    case setAside
    /// One tree is swapped.
    case swapped
    /// What uses the data is started, and well.
    case started
    /// The journal is gone: there is no way back by itself any more.
    case committed
}
