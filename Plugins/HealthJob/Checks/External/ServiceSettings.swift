import JobKit

/// One service: where it is, how it is asked, and which answer is a good one.
struct ServiceSettings: Sendable, Hashable {
    enum Method: String, CaseIterable, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    struct Header: Sendable, Hashable {
        let name: String
        let value: SecretText
    }

    let name: String
    let kind: ServiceKind
    /// nil when the settings have no good one; then there is an error among the findings.
    let address: NetworkAddress?
    let method: Method
    let headers: [Header]
    /// Empty for any from 200 to 299.
    let expectedStatus: [Int]
    let bodyContains: String?
    let password: SecretText?
    /// Names of models that have to be there.
    let models: [String]
    /// A file of certificates that are trusted instead of the machine's.
    let caFile: String?
    let timeout: Duration
    /// In seconds.
    let responseTime: Thresholds

    init(name: String, from section: inout SettingsSection) {
        self.name = name
        let written = section.optionalText(
            "url", help: "Where: http(s)://host/path, tcp://host:port, redis://host:port. Ollama and Discord have one of their own.")
        let type = SettingType.choice(ServiceKind.allCases.map(\.rawValue))
        let word = section.read(
            SettingDeclaration(name: "kind", type: type, help: "How it is asked; without it, as the url's beginning says."))
        method = section.choice("method", default: Method.get, help: "Of the HTTP request.")
        headers = section.textMap(
            "headers", of: .line, help: "Of the HTTP request; a value may end in secret:NAME, a name below secrets: of the job."
        ).map { Header(name: $0.name, value: SecretText($0.value)) }
        expectedStatus = section.integerList(
            "status", in: 100...599, default: [], help: "HTTP statuses that are good; without it any from 200 to 299.")
        bodyContains = section.optionalText("body_contains", form: .any, help: "Text that a good answer has in its first 256 KiB.")
        password = section.optionalText("password", help: "For AUTH of Redis: secret:NAME.").map(SecretText.init)
        models = section.textList("models", orSingle: true, help: "Models that Ollama has to have.")
        caFile = section.optionalText(
            "ca_file", form: .absolutePath, help: "Certificates that are trusted instead of the machine's.")
        timeout = section.duration(
            "timeout", in: .milliseconds(10)...(.seconds(120)), default: .seconds(10), help: "No answer by then is critical.")
        responseTime = section.thresholds(
            "response_time", default: Thresholds(warning: 5),
            help: "Seconds to the end of the answer: the 95th percentile, or the last one while there are fewer than 20.")
        kind =
            word?.text.flatMap(ServiceKind.init(rawValue:)) ?? written.flatMap(NetworkAddress.init).flatMap {
                ServiceKind.of(scheme: $0.scheme)
            }
            ?? .http
        address = Self.address(written, kind, in: &section)
        check(&section)
    }

    private static func address(_ written: String?, _ kind: ServiceKind, in section: inout SettingsSection) -> NetworkAddress? {
        let name = section.place("url")
        guard let text = written ?? kind.usualAddress else {
            section.report(
                .error, at: "url", problem: "\(section.place()) lacks url",
                fix: "add for example url: https://bot.example/health")
            return nil
        }
        guard let address = NetworkAddress(text), kind.schemes.contains(address.scheme), address.endpoint != nil else {
            let forms = kind.schemes.map { "\($0)://HOST:PORT" }.joined(separator: " or ")
            section.report(.error, at: "url", problem: "\(name) is no address for \(kind.rawValue)", fix: "write \(forms)")
            return nil
        }
        if address.hasUser {
            section.report(
                .error, at: "url", problem: "\(name) holds a user or a password, which every reader of the file sees",
                fix: kind == .redis ? "write password: secret:NAME" : "write headers: {Authorization: \"Basic secret:NAME\"}")
        }
        return address
    }

    /// What another kind would not heed.
    private func check(_ section: inout SettingsSection) {
        let onlyHTTP = ["method", "headers", "status", "body_contains", "ca_file"]
        let strange =
            switch kind {
            case .http: ["password", "models"]
            case .tcp: onlyHTTP + ["password", "models"]
            case .redis: onlyHTTP + ["models"]
            case .ollama, .discord: ["method", "status", "body_contains", "password"] + (kind == .ollama ? [] : ["models", "headers"])
            }
        for name in strange where section.contains(name) {
            section.report(
                .error, at: name, part: .key,
                problem: "\(section.place(name)) means nothing to a service of kind \(kind.rawValue)",
                fix: "take the line out, or write another kind")
        }
        for header in headers where !Self.isToken(header.name) {
            section.report(
                .error, at: "headers", problem: "\"\(header.name.clipped(to: 64))\" cannot be the name of a header",
                fix: "use letters, digits and -")
        }
        if let password, password.secretName == nil {
            section.report(
                .error, at: "password",
                problem: "\(section.place("password")) would be seen by every reader of the file",
                fix: "write password: secret:NAME and secrets: {NAME: secret:SOURCE} in the job")
        }
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"()<>@,;:\\\"/[]?={}".utf8.contains($0) }
    }
}
