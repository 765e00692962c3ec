import JobKit

/// One lookup.
struct DNSLook {
    let lookup: DNSLookups.Lookup
    let timeout: Duration
    let root: String

    /// What came of it.
    private struct Answer {
        var addresses: [String] = []
        /// As name servers' tools write it, or `TIMEOUT`.
        var code: String?
        var failure: String?
        /// Whether there are addresses that nobody told us.
        var isCut = false
    }

    func result() -> WireEvent.Check {
        let start = ContinuousClock.now
        let answer = lookup.server.map { ask($0) } ?? askSystem()
        var verdict = Verdict()
        var check = WireEvent.Check(name: DNSLookups.name, state: .ok)
        check.target = lookup.target
        check.unit = "seconds"
        check.value = start.duration(to: .now).inSeconds
        if let failure = answer.failure {
            verdict.raise(to: .critical, "\(lookup.host): \(failure)")
        } else {
            compare(answer, &verdict)
        }
        check.state = verdict.state
        check.reason = verdict.reason
        var inputs = [
            "rule": "seconds from the question to the answer", "host": lookup.host,
            "server": lookup.server?.endpoint.description ?? "system",
        ]
        inputs["addresses"] = answer.addresses.sorted().joined(separator: " ").clipped(to: 1000)
        inputs["code"] = answer.code
        check.inputs = inputs
        return check
    }

    private func compare(_ answer: Answer, _ verdict: inout Verdict) {
        if answer.isCut, answer.addresses.isEmpty || !lookup.addresses.isEmpty {
            verdict.raise(to: .unknown, "\(lookup.host): the answer is too long for a packet, and is not known whole; ask without server:")
        }
        guard !lookup.addresses.isEmpty else { return }
        let foreign = answer.addresses.filter { !lookup.addresses.contains($0) }
        let missing = answer.isCut ? [] : lookup.addresses.filter { !answer.addresses.contains($0) }
        if !foreign.isEmpty {
            verdict.raise(
                to: .critical, "\(lookup.host) leads to \(foreign.joined(separator: ", ").clipped(to: 300)), which is not expected")
        }
        if !missing.isEmpty {
            verdict.raise(to: .warning, "\(lookup.host) does not lead to \(missing.joined(separator: ", ").clipped(to: 300))")
        }
    }

    private func askSystem() -> Answer {
        switch NameLookup.addresses(of: lookup.host, port: 0, until: .now + timeout) {
        case .success(let addresses): return Answer(addresses: addresses.map(\.text), code: DNSMessage.Code.noError.word)
        case .failure(let failure):
            // The system does not say why: its own name servers do.
            guard failure != .noAddress, let server = NameServer.ofSystem(root: root).first else { return Answer(failure: failure.words) }
            let said = ask(server)
            return Answer(code: said.code, failure: failure.words + " (\(server.endpoint) says \(said.code ?? said.failure ?? "nothing"))")
        }
    }

    /// Both kinds of address; the worse answer counts.
    private func ask(_ server: NameServer) -> Answer {
        let deadline = ContinuousClock.now + timeout
        var answer = Answer()
        for kind in [DNSMessage.Kind.ipv4, .ipv6] {
            do throws(NameServer.Failure) {
                let message = try server.ask(lookup.host, kind, until: deadline)
                answer.code = message.code.word
                answer.addresses += message.addresses
                answer.isCut = answer.isCut || message.isCut
                guard message.code == .noError else {
                    answer.failure = "\(server.endpoint) says \(message.code.word)"
                    return answer
                }
            } catch {
                switch error {
                case .timedOut: (answer.code, answer.failure) = ("TIMEOUT", "\(server.endpoint) gave no answer in time")
                case .other(let reason): answer.failure = "\(server.endpoint) cannot be asked: \(reason)"
                }
                return answer
            }
        }
        if answer.addresses.isEmpty, !answer.isCut { answer.failure = "the name has no address" }
        return answer
    }
}
