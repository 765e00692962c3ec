import ControlClient
import HTTPTypes
import Hummingbird
import NIOCore

/// What can be asked over TCP, by anybody who can connect: nothing here changes anything, and nothing is a secret.
struct ListenerRoutes: Sendable {
    let observed: any Observed
    /// Whether only this machine can connect.
    let isLoopback: Bool
    /// Whether details of jobs are told.
    let tellsDetails: Bool
    private let desk: MetricsDesk

    init(observed: any Observed, isLoopback: Bool, tellsDetails: Bool) {
        self.observed = observed
        self.isLoopback = isLoopback
        self.tellsDetails = tellsDetails
        desk = MetricsDesk(observed)
    }

    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: UnknownRoute<BasicRequestContext> { Self.refusal(of: $0) })
        add("health", to: router) { _ in Self.json(health: observed.health()) }
        add("ready", to: router) { _ in Self.json(readiness: observed.readiness()) }
        add("health/details", to: router) { request in await details(request) }
        add("metrics", to: router) { request in await metrics(request) }
        return router
    }

    /// What is answered where no route answers.
    static func refusal(of request: Request) -> Response {
        guard request.method == .get || request.method == .head else {
            let failure = ControlFailure(
                "\(request.method.rawValue) is not answered here", fix: "use GET; what changes something goes over the control socket",
                category: .refused)
            var response = JSONResponse.make(.methodNotAllowed, failure)
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        let unknown = JSONResponse.make(
            ControlFailure(
                "there is nothing at this path", fix: "ask for /health, /ready, /health/details or /metrics", category: .notFound))
        return request.method == .head ? unknown.createHeadResponse() : unknown
    }

    /// The answer to a request that names several hosts (RFC 9112 section 3.2): the first one is its authority, others stay among the fields.
    static func refusalOfHosts(_ request: Request) -> Response? {
        guard request.headers.contains(where: { $0.name.canonicalName == "host" }) else { return nil }
        let failure = ControlFailure("the request names more than one host", fix: "send one Host header", category: .usage)
        let response = JSONResponse.make(.badRequest, failure)
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The same answer for GET and, without its body, for HEAD.
    private func add(
        _ path: RouterPath, to router: Router<BasicRequestContext>, _ answer: @escaping @Sendable (Request) async -> Response
    ) {
        router.get(path) { request, _ in Self.unkept(await answer(request)) }
        router.head(path) { request, _ in Self.unkept(await answer(request)).createHeadResponse() }
    }

    /// Nobody in between is to keep an answer, nor to guess what it is.
    private static func unkept(_ response: Response) -> Response {
        var response = response
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    static func json(health: HealthMessage) -> Response {
        JSONResponse.make(health.status == .ok ? .ok : .serviceUnavailable, health)
    }

    static func json(readiness: ReadinessMessage) -> Response {
        JSONResponse.make(readiness.status == .ready ? .ok : .serviceUnavailable, readiness)
    }

    /// A page of somebody else's, in a browser on this machine, comes under a name that it made lead here: it is not to learn of jobs.
    private static func namesThisMachine(_ request: Request) -> Bool { request.head.authority.map(HostName.isLocal) ?? false }

    private static var strangeHost: Response {
        JSONResponse.make(
            ControlFailure(
                "this is told under no other host name",
                fix: "ask for 127.0.0.1, [::1] or localhost; a proxy has to pass one of these on as Host", category: .refused))
    }

    private func details(_ request: Request) async -> Response {
        guard tellsDetails else {
            return JSONResponse.make(
                ControlFailure(
                    "details are told over the control socket only",
                    fix: """
                        curl --unix-socket /run/acore-sched/control.sock http://local/health/details, as root or a member of a group of \
                        viewers or operators; or write listen_details: true into acore-sched.yaml, with listen: at a loopback address
                        """, category: .refused))
        }
        guard Self.namesThisMachine(request) else { return Self.strangeHost }
        do throws(ControlFailure) {
            return JSONResponse.make(.ok, try await observed.details())
        } catch {
            return JSONResponse.make(error)
        }
    }

    private func metrics(_ request: Request) async -> Response {
        guard !isLoopback || Self.namesThisMachine(request) else { return Self.strangeHost }
        let format = MetricsFormat(accept: request.headers[.accept])
        let page = await desk.page(as: format)
        return Response(
            status: .ok, headers: [.contentType: format.contentType, .vary: "Accept"], body: ResponseBody(byteBuffer: page))
    }
}
