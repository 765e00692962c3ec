/// Why a schedule fires or does not fire at a moment.
public struct CronReason: Sendable, Hashable {
    /// Whether it fires.
    public let fires: Bool
    /// One sentence, for example `hour 3 does not match 2`.
    public let text: String

    /// A reason with its sentence.
    public init(fires: Bool, text: String) {
        self.fires = fires
        self.text = text
    }
}
