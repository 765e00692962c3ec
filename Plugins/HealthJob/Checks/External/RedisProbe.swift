import JobKit

/// Asks a Redis server, or one that speaks like it, with `PING`.
struct RedisProbe: Sendable {
    let endpoint: Endpoint
    let password: Secret?

    func ask(_ timeout: Duration) -> ServiceAnswer {
        var answer = ServiceAnswer()
        let clock = ContinuousClock()
        let start = clock.now
        do throws(ConnectFailure) {
            let connection = try TCPConnection(to: endpoint, until: start + timeout)
            answer.inputs = connection.times.inputs
            if let password {
                let reply = try exchange(["AUTH", password.exposedValue], over: connection)
                guard reply == "+OK" else {
                    // One that is no Redis may say what it was told.
                    answer.fail("it refuses the password: \(Self.words(reply.replacing(password.exposedValue, with: "\(password)")))")
                    return answer
                }
            }
            let reply = try exchange(["PING"], over: connection)
            answer.seconds = start.duration(to: clock.now).inSeconds
            answer.inputs["answer"] = Self.words(reply)
            judge(reply, &answer)
        } catch {
            answer.inputs["stage"] = error.stage.rawValue
            answer.fail(error.description)
        }
        return answer
    }

    private func judge(_ reply: String, _ answer: inout ServiceAnswer) {
        switch reply {
        case "+PONG": break
        case let text where text.hasPrefix("-NOAUTH"): answer.verdict.raise(to: .warning, "it answers, but wants a password")
        case let text where text.hasPrefix("-LOADING"): answer.verdict.raise(to: .warning, "it is still loading its data")
        case let text where text.hasPrefix("-MASTERDOWN"): answer.verdict.raise(to: .warning, "it has lost its primary")
        case let text where text.hasPrefix("-"): answer.fail("it answers with an error: \(Self.words(text))")
        case let text: answer.fail("it does not answer as Redis does: \(Self.words(text))")
        }
    }

    /// A command as RESP's list of texts, and the first line of its reply.
    private func exchange(_ words: [String], over connection: TCPConnection) throws(ConnectFailure) -> String {
        let command = "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        try connection.send(Array(command.utf8))
        return try connection.line(atMost: 4096)
    }

    private static func words(_ reply: String) -> String { Redaction.line(String(reply.drop { $0 == "-" || $0 == "+" }), bound: 200) }
}
