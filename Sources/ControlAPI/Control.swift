package import ControlClient

/// What the control socket needs of the daemon.
package protocol Control: Sendable {
    /// What this user may do; nil for nothing.
    func role(of peer: Peer) -> ControlRole?
    /// The group whose members become operators; nil when there is none.
    var operatorGroup: String? { get }

    func status() async throws(ControlFailure) -> StatusMessage
    func details() async throws(ControlFailure) -> DetailsMessage
    /// - Parameter id: a whole run id.
    func run(_ id: String) async throws(ControlFailure) -> RunJSON
    /// Waits until the run has ended.
    func end(of id: String) async throws(ControlFailure) -> RunJSON
    func requestRun(of job: String, _ request: RunRequest) async throws(ControlFailure) -> RunJSON
    func cancel(_ id: String) async throws(ControlFailure) -> RunJSON
    func pause(_ job: String, _ request: PauseRequest) async throws(ControlFailure)
    func resume(_ job: String) async throws(ControlFailure)
    func reload() async throws(ControlFailure) -> ReloadMessage
    /// Answers a reading verb of the command line.
    func read(_ request: ReadRequest) async throws(ControlFailure) -> ControlAnswer
    /// Whether a verb of a kind acts; false also for one that is not there: the answer to it says so.
    func isActing(_ call: KindRequest) -> Bool
    /// Answers a verb that looks.
    func read(_ call: KindRequest) async throws(ControlFailure) -> ControlAnswer
    /// Claims the run that carries a verb out.
    func act(_ call: KindRequest) async throws(ControlFailure) -> RunJSON
    /// The newest rows of the audit.
    func audit(limit: Int) async throws(ControlFailure) -> [AuditMessage]
    /// Ends the reminders of an alert.
    func acknowledge(_ request: AcknowledgeRequest, as peer: Peer) async throws(ControlFailure) -> AlertJSON
    func silence(_ request: SilenceRequest, as peer: Peer) async throws(ControlFailure) -> SilenceJSON
    func unsilence(_ request: UnsilenceRequest, as peer: Peer) async throws(ControlFailure) -> SilenceJSON

    /// Writes who asks for what, before it is done.
    /// - Returns: the row's number.
    func beginAudit(_ call: AuditedCall) async throws(ControlFailure) -> Int64
    /// Writes that a call was denied, unless its user had too many of those.
    func recordDenial(of call: AuditedCall) async throws(ControlFailure)
    /// Writes what came of it.
    func finishAudit(_ number: Int64, result: String) async
}
