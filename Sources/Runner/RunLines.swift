/// What a run wrote since the last look, of both streams.
package struct RunLines: Sendable {
    /// Lines of events.jsonl.
    package let events: [EventLine]
    /// Lines of stderr.log.
    package let errors: [ErrorLog.Line]

    /// Whether there is none.
    package var isEmpty: Bool { events.isEmpty && errors.isEmpty }
}
