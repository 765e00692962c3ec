import JobKit

/// Services that answer over the network, and how fast.
struct ExternalServices: SectionCheck {
    /// By name.
    typealias Memory = [String: ResponseTimes]

    static let name = "external_services"
    static let help =
        "Services asked over HTTP, TCP or Redis' protocol, Ollama, Discord: whether the answer is right, and how long it took."
    static let isUsual = false

    let services: [ServiceSettings]
    /// Answers whose times are remembered.
    let samples: Int

    init(from section: inout SettingsSection, common: CommonSettings) {
        services = section.sectionMap("services", help: "A name for each service, with where it is and which answer is good.") {
            ServiceSettings(name: $0, from: &$1)
        }
        samples = section.integer(
            "samples", in: ResponseTimes.least...1000, default: 100, help: "The last so many answers make the percentiles.")
        if services.isEmpty {
            section.report(
                .error, at: "services", part: .key, problem: "\(section.place()) names no service",
                fix: "add for example services: {bot: {url: \"http://127.0.0.1:8080/health\"}}")
        }
    }

    private var limit: Duration {
        SideBySide.time(for: services.count, each: (services.map(\.timeout).max() ?? .zero) + .seconds(1))
    }
    var deadline: Duration { limit + SideBySide.reserve }
    var targets: [String] { services.map(\.name) }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        let secrets = scene.secretsDirectory
        let answers = SideBySide.map(services, within: limit) {
            ServiceAnswer(unknown: $1)
        } _: {
            ServiceProbe(service: $0, secretsDirectory: secrets).ask()
        }
        var remembered: Memory = [:]
        let results = zip(services, answers).map { service, answer in
            var times = memory?[service.name] ?? ResponseTimes()
            if let seconds = answer.seconds { times.add(seconds, keeping: samples) }
            remembered[service.name] = times
            return Self.result(service, answer, times)
        }
        memory = remembered
        return results
    }

    private static func result(_ service: ServiceSettings, _ given: ServiceAnswer, _ times: ResponseTimes) -> WireEvent.Check {
        var answer = given
        var check = WireEvent.Check(name: name, state: .ok)
        check.target = service.name
        check.unit = "seconds"
        check.warning = service.responseTime.warning
        check.critical = service.responseTime.critical
        for percent in [50, 95, 99] { answer.inputs["p\(percent)_s"] = times.percentile(percent)?.text(places: 6) }
        answer.inputs["samples"] = "\(times.seconds.count)"
        if let seconds = answer.seconds {
            let value = times.percentile(95) ?? seconds
            check.value = value
            answer.inputs["response_time_s"] = seconds.text(places: 6)
            let state = service.responseTime.state(of: value)
            if state != .ok {
                let what = times.percentile(95) == nil ? "its answer took" : "95 of 100 answers took up to"
                answer.verdict.raise(to: state, "\(what) \(value.text(places: 3)) s")
            }
        }
        answer.inputs["url"] = service.address.map { "\($0.scheme)://\($0.place)" }
        answer.inputs["error"] = answer.seconds == nil ? answer.verdict.reason : nil
        answer.inputs["rule"] =
            "seconds by our own clock; the 95th percentile by nearest rank, or the last answer while there are fewer than \(ResponseTimes.least)"
        answer.inputs["message"] = answer.verdict.reason ?? "all is well"
        check.state = answer.verdict.state
        check.reason = answer.verdict.reason
        check.inputs = answer.inputs
        return check
    }
}
