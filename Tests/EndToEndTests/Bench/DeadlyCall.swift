import Testing

/// A system call at which a process is killed, and what its death there means for the run that it was busy with.
struct DeadlyCall: CustomTestStringConvertible {
    let call: String
    /// The how manieth one of its kind.
    let count: Int
    let state: String

    init(_ call: String, _ count: Int, _ state: String) { (self.call, self.count, self.state) = (call, count, state) }

    var testDescription: String { "\(call) \(count)" }
}
