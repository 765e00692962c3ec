import JobKit
import Transfer

/// Whether other machines are reached, and if not, at which step it fails.
struct NetworkConnectivity: SectionCheck {
    typealias Memory = NoMemory

    static let name = "network_connectivity"
    static let help =
        "Addresses that must be reached; the result tells whether the name, the connection, its encryption or the answer fails."
    static let isUsual = false
    private static let schemes = ["tcp", "tls", "http", "https"]

    let addresses: [NetworkAddress]
    let timeout: Duration
    let caFile: String?

    init(from section: inout SettingsSection, common: CommonSettings) {
        let texts = section.textList(
            "targets", orSingle: true,
            help: "tcp://host:port connects, tls://host:port encrypts, http(s)://host/path asks; any answer will do.")
        timeout = section.duration(
            "timeout", in: .milliseconds(10)...(.seconds(120)), default: .seconds(5), help: "For each of them, from the name to the answer."
        )
        caFile = section.optionalText("ca_file", form: .absolutePath, help: "Certificates that are trusted instead of the machine's.")
        var addresses: [NetworkAddress] = []
        for text in texts {
            if let address = NetworkAddress(text), Self.schemes.contains(address.scheme), address.endpoint != nil, !address.hasUser {
                addresses.append(address)
            } else {
                section.report(
                    .error, at: "targets",
                    problem: "\(section.place("targets")) has \"\(Redaction.line(text, bound: 100))\", which cannot be asked",
                    fix: "write tcp://HOST:PORT, tls://HOST:PORT, http://HOST or https://HOST")
            }
        }
        if texts.isEmpty {
            section.report(
                .error, at: "targets", part: .key, problem: "\(section.place()) names nobody to reach",
                fix: "add for example targets: [\"https://discord.com\", \"tcp://192.0.2.1:53\"]")
        }
        self.addresses = addresses
        if let twice = Dictionary(grouping: addresses, by: \.target).first(where: { $0.value.count > 1 }) {
            section.report(
                .error, at: "targets", problem: "\(section.place("targets")) has \(twice.key) twice; results do not show what follows it",
                fix: "name it once; external_services asks for several paths of one server")
        }
    }

    private var limit: Duration { SideBySide.time(for: addresses.count, each: timeout + .seconds(1)) }
    var deadline: Duration { limit + SideBySide.reserve }
    var targets: [String] { addresses.map(\.target) }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        SideBySide.map(addresses, within: limit, late: { WireEvent.Check(Self.name, $0.target, unknown: $1) }, reach)
    }

    private func reach(_ address: NetworkAddress) -> WireEvent.Check {
        var check = WireEvent.Check(name: Self.name, state: .ok)
        check.target = address.target
        check.unit = "seconds"
        if address.scheme == "tcp", let endpoint = address.endpoint {
            do throws(ConnectFailure) {
                let times = try TCPConnection(to: endpoint, until: .now + timeout).times
                check.value = times.total.inSeconds
                check.inputs = times.inputs.merging(["stage": ConnectStage.tcp.rawValue]) { own, _ in own }
            } catch {
                check.fail(at: error.stage, error.description)
            }
        } else {
            ask(address, &check)
        }
        check.inputs?["rule"] = "seconds from the name to the last step that was asked for; a step that fails is critical"
        return check
    }

    private func ask(_ address: NetworkAddress, _ check: inout WireEvent.Check) {
        let isTLSOnly = address.scheme == "tls"
        var request = HTTPRequest("HEAD", isTLSOnly ? "https://" + address.place : address.text)
        request.timeout = timeout
        request.connectTimeout = timeout
        request.endsWhenConnected = isTLSOnly
        request.caFile = caFile
        request.leavesLookupBehind = true
        let measurement = HTTPTransfer().measure(request)
        check.inputs = measurement.times.inputs
        switch measurement.outcome {
        case .failure(let error): check.fail(at: measurement.stage(of: error, isEncrypted: address.scheme != "http"), error.problem)
        case .success(let response):
            check.value = measurement.times.total.inSeconds
            check.inputs?["stage"] = (isTLSOnly ? ConnectStage.tls : .answer).rawValue
            if !isTLSOnly { check.inputs?["status"] = "\(response.status)" }
        }
    }
}

extension NetworkAddress {
    /// As results name it: without what may be a secret.
    fileprivate var target: String { "\(scheme)://\(place)" }
}

extension WireEvent.Check {
    fileprivate mutating func fail(at stage: ConnectStage, _ why: String) {
        state = .critical
        reason = "\(stage.words): \(why)"
        inputs = (inputs ?? [:]).merging(["stage": stage.rawValue]) { _, new in new }
    }
}

extension ConnectStage {
    fileprivate var words: String {
        switch self {
        case .dns: "the name"
        case .tcp: "the connection"
        case .tls: "its encryption"
        case .answer: "the answer"
        }
    }
}
