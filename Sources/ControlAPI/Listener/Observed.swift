package import ControlClient

/// What the listener needs of the daemon.
///
/// Health and readiness wait for nobody: they are asked for most when the scheduler hangs.
package protocol Observed: Sendable {
    func health() -> HealthMessage
    func readiness() -> ReadinessMessage
    /// - Throws: while the daemon starts or stops, or when the scheduler does not answer.
    func details() async throws(ControlFailure) -> DetailsMessage
    /// What is known just now: less while the daemon starts or stops, or when the scheduler does not answer.
    func metrics() async -> [MetricFamily]
}
