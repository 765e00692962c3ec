import FoundationEssentials
import JobKit
import Transfer

/// Asks one service once.
struct ServiceProbe: Sendable {
    /// More of an answer is not read.
    private static let bodyBound = 256 << 10

    let service: ServiceSettings
    let secretsDirectory: String?

    func ask() -> ServiceAnswer {
        guard let address = service.address, let endpoint = address.endpoint else {
            return ServiceAnswer(unknown: "it has no address")
        }
        do throws(SecretText.Failure) {
            switch service.kind {
            case .http, .ollama, .discord: return try askByHTTP(address)
            case .tcp: return connect(to: endpoint)
            case .redis:
                return RedisProbe(endpoint: endpoint, password: try service.password?.resolved(in: secretsDirectory)).ask(service.timeout)
            }
        } catch {
            return ServiceAnswer(unknown: error.description)
        }
    }

    private func connect(to endpoint: Endpoint) -> ServiceAnswer {
        var answer = ServiceAnswer()
        do throws(ConnectFailure) {
            let connection = try TCPConnection(to: endpoint, until: .now + service.timeout)
            answer.seconds = connection.times.total.inSeconds
            answer.inputs = connection.times.inputs
        } catch {
            answer.inputs["stage"] = error.stage.rawValue
            answer.fail(error.description)
        }
        return answer
    }

    private func askByHTTP(_ address: NetworkAddress) throws(SecretText.Failure) -> ServiceAnswer {
        let measurement = HTTPTransfer().measure(try request(address))
        var answer = ServiceAnswer()
        answer.inputs = measurement.times.inputs
        switch measurement.outcome {
        case .failure(.tooLarge(_, let bound)): answer.fail("it answered with more than \(bound) bytes")
        case .failure(let error):
            answer.inputs["stage"] = measurement.stage(of: error, isEncrypted: address.scheme == "https").rawValue
            answer.fail(error.problem)
        case .success(let response):
            answer.seconds = measurement.times.total.inSeconds
            answer.inputs["status"] = "\(response.status)"
            judge(response, &answer)
        }
        return answer
    }

    private func request(_ address: NetworkAddress) throws(SecretText.Failure) -> HTTPRequest {
        var url = address.text
        if service.kind == .ollama {
            while url.hasSuffix("/") { url.removeLast() }
            url += "/api/tags"
        }
        var request = HTTPRequest(service.method.rawValue, url)
        for header in service.headers {
            request.headers.append((header.name, try header.value.resolved(in: secretsDirectory).exposedValue))
        }
        if service.method == .post { request.body = [] }
        request.timeout = service.timeout
        request.connectTimeout = service.timeout
        request.maximumBodyBytes = Self.bodyBound
        // A long page is a good answer. A list of which the end is missing is none.
        request.takesBeginning = service.kind == .http
        request.caFile = service.caFile
        request.leavesLookupBehind = true
        return request
    }

    private func judge(_ response: HTTPResponse, _ answer: inout ServiceAnswer) {
        let isExpected = service.expectedStatus.isEmpty ? 200...299 ~= response.status : service.expectedStatus.contains(response.status)
        guard isExpected else {
            let wanted = service.expectedStatus.isEmpty ? "200 to 299" : service.expectedStatus.map(String.init).joined(separator: ", ")
            return answer.fail("it answered with status \(response.status), expected \(wanted)")
        }
        switch service.kind {
        case .ollama: judgeModels(response.body, &answer)
        case .discord: judgeGateway(response.body, &answer)
        case .http, .tcp, .redis:
            if let text = service.bodyContains, !response.body.contains(Array(text.utf8)) {
                answer.fail("its answer of \(response.body.count) bytes\(Self.cutMark(response)) does not hold \"\(text.clipped(to: 80))\"")
            }
        }
    }

    private static func cutMark(_ response: HTTPResponse) -> String { response.body.count < bodyBound ? "" : ", or more," }

    private struct ModelList: Decodable {
        struct Model: Decodable { let name: String }
        let models: [Model]
    }

    private func judgeModels(_ body: [UInt8], _ answer: inout ServiceAnswer) {
        let list: ModelList
        do { list = try JSONDecoder().decode(ModelList.self, from: Data(body)) } catch {
            return answer.fail("its answer is no list of models")
        }
        answer.inputs["model_count"] = "\(list.models.count)"
        // `llama3` is `llama3:latest`.
        let names = Set(list.models.flatMap { [$0.name] + ($0.name.hasSuffix(":latest") ? [String($0.name.dropLast(7))] : []) })
        let missing = service.models.filter { !names.contains($0) }
        if !missing.isEmpty { answer.fail("it lacks the model \(missing.joined(separator: ", "))") }
    }

    private struct Gateway: Decodable { let url: String }

    private func judgeGateway(_ body: [UInt8], _ answer: inout ServiceAnswer) {
        do {
            let gateway = try JSONDecoder().decode(Gateway.self, from: Data(body))
            answer.inputs["gateway"] = Redaction.line(gateway.url, bound: 200)
            if !gateway.url.hasPrefix("wss://") { answer.fail("its answer names no gateway with wss://") }
        } catch {
            answer.fail("its answer names no gateway")
        }
    }
}
